import { eventNames } from '@parley/protocol'
import { z } from 'zod'
import type { Delivery } from '../../core/deliver.ts'
import { type Channel, channelOf } from '../cluster.ts'

/** Raised when a node of the version before could not understand it any more: then it takes none, and compares instead. */
const formatVersion = 1

const Audience = z.union([
  z.object({
    conversationId: z.string(),
    membershipRev: z.int(),
    membershipRevBefore: z.int().optional(),
    about: z.object({ kind: z.enum(['direct', 'room']), directUserIds: z.array(z.string()) }),
    exceptUserId: z.string().optional(),
  }),
  z.object({ userId: z.string() }),
  z.object({ sessionIds: z.array(z.string()) }),
  z.object({ watchersOf: z.string() }),
])

const Hint = z.object({
  version: z.literal(formatVersion),
  deliveries: z.array(z.object({ name: z.string(), payload: z.looseObject({}), audience: Audience })),
})

const known = new Set<string>(eventNames)

/** What one commit means for one channel, as text; the name of the node stands in front, so that it knows its own. */
export const encodeHint = (nodeId: string, deliveries: readonly Delivery[]): string =>
  `${nodeId} ${JSON.stringify({ version: formatVersion, deliveries })}`

/**
 * What another node published. While nodes are exchanged one by one, some are of another version: an event that is not
 * known here is left out, and a payload may say more than is known here. Anything else that is odd is not taken at all:
 * what it may have announced is found by the comparison with the database.
 */
export function decodeHint(nodeId: string, channel: Channel, text: string): Delivery[] {
  if (text.startsWith(`${nodeId} `)) return []
  const parsed = Hint.safeParse(parse(text.slice(text.indexOf(' ') + 1)))
  if (!parsed.success) return []
  const deliveries = parsed.data.deliveries.filter(({ name }) => known.has(name)) as unknown as Delivery[]
  return deliveries.every((delivery) => channelOf(delivery) === channel && isWhole(delivery)) ? deliveries : []
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
  const isAbout = 'conversationId' in audience ? conversationId === audience.conversationId : true
  const isPlaced = rev === undefined || (Number.isSafeInteger(rev) && Number(rev) > 0)
  return isAbout && isPlaced && (name !== 'account.updated' || 'userId' in audience)
}
