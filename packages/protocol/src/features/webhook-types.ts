import { type DurableEventName, events } from '../catalogue.ts'
import { ConversationChange } from './index.ts'

/** The events that a webhook can send: the durable ones of conversations, and `conversation.created`. */
export type WebhookType = 'conversation.created' | Exclude<DurableEventName, 'account.updated'>

/** The events of the catalogue that change a conversation. */
const ofConversations = Object.entries(events).flatMap(([name, event]) =>
  event.payload === ConversationChange ? (name as WebhookType) : [],
)

/**
 * All types of events that a webhook can ask for: `conversation.created`, then the events of the catalogue that change
 * a conversation.
 */
export const webhookTypes: readonly WebhookType[] = ['conversation.created', ...ofConversations]

/** The events that an endpoint receives unless it asks for others. */
export const usualWebhookTypes: readonly WebhookType[] = [
  'conversation.created',
  'conversation.updated',
  'membership.joined',
  'membership.left',
  'message.created',
  'message.updated',
  'message.deleted',
]

/** The body of a request to an endpoint. `data` is the payload of the event, in the form that devices get. */
export interface WebhookPayload {
  type: WebhookType
  /** When it happened, in the format of ISO 8601. */
  timestamp: string
  data: ConversationChange
}
