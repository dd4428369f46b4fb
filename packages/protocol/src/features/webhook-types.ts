import { type DurableEventName, events } from '../catalogue.ts'
import { ConversationChange } from './index.ts'

/** What a webhook may tell: each durable event of a conversation under its name, and that a conversation was made. */
export type WebhookType = 'conversation.created' | Exclude<DurableEventName, 'account.updated'>

/** The events that change a conversation, as the catalogue has them. */
const ofConversations = Object.entries(events).flatMap(([name, event]) =>
  event.payload === ConversationChange ? (name as WebhookType) : [],
)

export const webhookTypes: readonly WebhookType[] = ['conversation.created', ...ofConversations]

/** What an endpoint receives unless it asks for something else: what is said, and who comes and goes. */
export const usualWebhookTypes: readonly WebhookType[] = [
  'conversation.created',
  'conversation.updated',
  'membership.joined',
  'membership.left',
  'message.created',
  'message.updated',
  'message.deleted',
]

/** What is sent to an endpoint. `data` is the payload of the event, as devices get it. */
export interface WebhookPayload {
  type: WebhookType
  /** When it happened, as ISO 8601 has it. */
  timestamp: string
  data: ConversationChange
}
