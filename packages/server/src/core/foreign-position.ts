import type { ConversationChange } from '@parley/protocol'
import type { ConversationAudience, Delivery } from './delivery.ts'

/** Some messages of one conversation, in order. */
export interface MissedMessages {
  change: ConversationChange & { messages: NonNullable<ConversationChange['messages']> }
  about: ConversationAudience['about']
  /** No message up to this `seq` is brought: older ones that were missed are in the history only. */
  after: number
  /** The `seq` up to which a client is complete that has these messages and those before them. */
  upTo: number
}

/**
 * Reads the messages of others that no device of a user has received, in pieces, one conversation after the other. At
 * most 1,000 messages: the latest of all conversations together. Each piece is read only when the caller asks for it.
 */
export type ReadMissed = (userId: string) => AsyncIterable<MissedMessages>

/** Messages that a device has received: those after `after` up to `upTo`. */
export interface ReceivedRange {
  after: number
  upTo: number
}

/**
 * Reports what a device of the user has received of a conversation. The position moves to its end, also past messages
 * that the device was not sent; those are not announced as delivered. Returns at once; the position is stored a little
 * later and then sent to the members. If storing fails, it is logged and dropped.
 */
export type ReportDelivered = (userId: string, conversationId: string, received: ReceivedRange) => void

/**
 * Returns one range with the larger `after` and the larger `upTo` of two, so that it contains no message that either of
 * them leaves out at its beginning. A gap between the two is not noticed. Without `other`, it is a copy of `one`.
 */
export const mergeRanges = (one: ReceivedRange, other: ReceivedRange = one): ReceivedRange => ({
  after: Math.max(one.after, other.after),
  upTo: Math.max(one.upTo, other.upTo),
})

/**
 * Reads the messages whose offers this event closed, as they are now, each in a `message.updated`: for clients that
 * know no event for offers. Empty for events that close none; deleted messages are left out.
 */
export type ReadOfferEdits = (delivery: Delivery) => Promise<Delivery[]>

/**
 * Keeps the positions from which clients count pages where all nodes find them. They may get lost; a server that is the
 * only node keeps none here.
 */
export interface SharedPlaces {
  /** Keeps a position for so many seconds, in place of one with the same key. Resolves also if that fails. */
  keep(key: string, place: number, seconds: number): Promise<void>
  /** Resolves with undefined for an unknown key, and if none can be read. */
  find(key: string): Promise<number | undefined>
}
