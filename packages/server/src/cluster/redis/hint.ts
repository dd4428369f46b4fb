import { eventNames } from '@parley/protocol'
import { z } from 'zod'
import { Audience, type Delivery } from '../../core/delivery.ts'
import { topicOf } from '../cluster.ts'
import { AudienceV1, toAudienceV1 } from './hint-v1.ts'

const hintOf = <V extends number, A extends z.ZodType<Audience>>(version: V, audience: A) =>
  z.object({
    version: z.literal(version),
    deliveries: z.array(z.object({ name: z.string(), payload: z.looseObject({}), audience })),
  })

/**
 * Raise the version when nodes of the version before could not understand a hint any more, and go on reading theirs: they
 * take no hint of a version that they do not know, and compare with the database instead.
 */
const Hint = z.discriminatedUnion('version', [hintOf(1, AudienceV1), hintOf(2, Audience)])

const known = new Set<string>(eventNames)

/** The events of one commit for one topic, as text; the name of the node stands in front, so that it knows its own. */
export function encodeHint(nodeId: string, deliveries: readonly Delivery[]): string {
  const old = deliveries.map(({ name, payload, audience }) => ({ name, payload, audience: toAudienceV1(audience) }))
  // Nodes of version 1 may be there while nodes are upgraded one after the other.
  const hint = old.every(({ audience }) => audience) ? { version: 1, deliveries: old } : { version: 2, deliveries }
  return `${nodeId} ${JSON.stringify(hint)}`
}

/**
 * What another node published. While nodes are exchanged one by one, some are of another version: an event that is not
 * known here is left out, and a payload may say more than is known here. Anything else that is odd is not taken at all:
 * what it may have announced is found by the comparison with the database.
 */
export function decodeHint(nodeId: string, topic: string, text: string): Delivery[] {
  if (text.startsWith(`${nodeId} `)) return []
  const parsed = Hint.safeParse(parse(text.slice(text.indexOf(' ') + 1)))
  if (!parsed.success) return []
  const deliveries = parsed.data.deliveries.filter(({ name }) => known.has(name)) as unknown as Delivery[]
  return deliveries.every((delivery) => topicOf(delivery) === topic && isWhole(delivery)) ? deliveries : []
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A durable event has its place in the order, and speaks of the conversation by whose channel it came. */
function isWhole({ name, payload, audience }: Delivery): boolean {
  const { rev, conversationId } = payload as { rev?: unknown; conversationId?: unknown }
  const isAbout = 'membershipRev' in audience ? conversationId === audience.channels[0].id : true
  const isPlaced = rev === undefined || (Number.isSafeInteger(rev) && Number(rev) > 0)
  return isAbout && isPlaced && (name !== 'account.updated' || audience.channels[0]?.kind === 'user')
}
