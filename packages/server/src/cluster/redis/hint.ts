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
 * Raise the version if nodes of the version before could not understand a hint any more, and go on reading theirs. A
 * node ignores hints of a version that it does not know, and finds their changes by comparing with the database.
 */
const Hint = z.discriminatedUnion('version', [hintOf(1, AudienceV1), hintOf(2, Audience)])

const known = new Set<string>(eventNames)

/**
 * Writes the events of one commit for one topic as text. It begins with the id of the node, which ignores its own
 * hints. All events must have the same topic (`topicOf`), because receivers ignore a hint with an event of another. The
 * text has the form of version 1 if that can express all audiences, otherwise of version 2.
 */
export function encodeHint(nodeId: string, deliveries: readonly Delivery[]): string {
  const old = deliveries.map(({ name, payload, audience }) => ({ name, payload, audience: toAudienceV1(audience) }))
  // Nodes of version 1 may be there while nodes are upgraded one after the other.
  const hint = old.every(({ audience }) => audience) ? { version: 1, deliveries: old } : { version: 2, deliveries }
  return `${nodeId} ${JSON.stringify(hint)}`
}

/**
 * The events of a hint that came on a topic; none for a hint of this node itself. Nodes may be of another version while
 * they are upgraded one by one: events that this node does not know are left out, and payloads may have unknown fields.
 * A hint that is invalid in any other way is ignored as a whole, without an error: the comparison with the database
 * finds its changes.
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

/** Is its rev, if any, a valid number, and is it about the conversation or account on whose channel it came? */
function isWhole({ name, payload, audience }: Delivery): boolean {
  const { rev, conversationId } = payload as { rev?: unknown; conversationId?: unknown }
  const isAbout = 'membershipRev' in audience ? conversationId === audience.channels[0].id : true
  const isPlaced = rev === undefined || (Number.isSafeInteger(rev) && Number(rev) > 0)
  return isAbout && isPlaced && (name !== 'account.updated' || audience.channels[0]?.kind === 'user')
}
