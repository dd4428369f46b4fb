import type { ConversationChange } from '@parley/protocol'
import type { ConversationFacts, Dialect, Emission, Outgoing } from '../dialect.ts'
import { nameOf, toMessage, toOnlineStatus } from './entities.ts'

const messages =
  (event: string) =>
  ({ conversationId, messages = [] }: ConversationChange, about: ConversationFacts | null): Emission[] => {
    const around = { name: nameOf(conversationId, about), people: about?.directUserIds ?? [] }
    return messages.map((message) => ({ event, payload: toMessage(message, around) }))
  }

export const outgoing: Outgoing = {
  'message.created': messages('new_message'),
  'message.updated': messages('message_updated'),
  'message.deleted': ({ conversationId, messages = [] }, about) =>
    messages.map(({ id }) => ({
      event: 'message_deleted',
      payload: { messageId: id, conversationId: nameOf(conversationId, about) },
    })),
  'typing.updated': ({ conversationId, userId, isTyping }, about) => [
    {
      event: 'user_typing',
      payload: { conversationId: nameOf(conversationId, about), userId, isTyping },
      to: 'joined',
    },
  ],
  'presence.updated': (presence) => [
    { event: 'user_online_status', payload: toOnlineStatus(presence.userId, presence) },
  ],
}

/** Their receipts: one event for each message that was delivered, one for all that were read together. */
export const statuses: NonNullable<Dialect['statuses']> = ({ userId, status, messages }) =>
  status === 'delivered'
    ? messages.map(({ id }) => ({ event: 'message_delivered', payload: { messageId: id } }))
    : [{ event: 'message_read', payload: { messageIds: messages.map(({ id }) => id), readBy: userId } }]
