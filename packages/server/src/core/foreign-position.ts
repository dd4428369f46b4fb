import type { ConversationChange } from '@parley/protocol'
import type { ConversationAudience, Delivery } from './delivery.ts'

/** Some messages of one conversation, in order. */
export interface MissedMessages {
  change: ConversationChange & { messages: NonNullable<ConversationChange['messages']> }
  about: ConversationAudience['about']
  /** The `seq` up to which a client is complete that has these messages and those before them. */
  upTo: number
}

/**
 * Reads the messages of others that no device of a user has received, in pieces, one conversation after the other. At
 * most 1,000 messages: the latest of all conversations together. Each piece is read only when the caller asks for it.
 */
export type ReadMissed = (userId: string) => AsyncIterable<MissedMessages>

/**
 * Reports that a device of the user has a conversation up to a `seq`. Returns at once; the position is stored a little
 * later and then sent to the members. If storing fails, it is logged and dropped.
 */
export type ReportDelivered = (userId: string, conversationId: string, seq: number) => void

/**
 * Reads the messages whose offers this event closed, as they are now, each in a `message.updated`: for clients that
 * know no event for offers. Empty for events that close none; deleted messages are left out.
 */
export type ReadOfferEdits = (delivery: Delivery) => Promise<Delivery[]>
