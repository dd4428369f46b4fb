import type { ConversationChange } from '@parley/protocol'
import type { ConversationAudience, Delivery } from './delivery.ts'

/** Some messages of one conversation, in order. */
export interface MissedMessages {
  change: ConversationChange & { messages: NonNullable<ConversationChange['messages']> }
  about: ConversationAudience['about']
  /** Everything up to this place is had by those who have this and what came before it. */
  upTo: number
}

/**
 * The messages of others that no device of a person has received, conversation by conversation, the latest active first:
 * of all of them the latest in each, and no more than so many. They are read as fast as they are taken.
 */
export type ReadMissed = (userId: string) => AsyncIterable<MissedMessages>

/** Says that a device of somebody holds a conversation up to a place. It is kept a little later, and told to the members. */
export type ReportDelivered = (userId: string, conversationId: string, seq: number) => void

/**
 * The messages whose offers were closed by an event, each as if it had been edited: for clients who have no other word for
 * that. A message that was deleted meanwhile is left out.
 */
export type ReadOfferEdits = (delivery: Delivery) => Promise<Delivery[]>
