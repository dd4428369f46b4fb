import type { ConversationChange, Offer } from '@parley/protocol'
import { toDate, toDateOrNull } from '../dates.ts'
import type { ConversationFacts, Dialect, Emission, Lent, Outgoing } from '../dialect.ts'
import { toAmount } from './content.ts'
import { nameOf, toEditedMessage, toMessage, toOnlineStatus } from './entities.ts'

const messages =
  (event: string, toEntity: typeof toMessage | typeof toEditedMessage) =>
  (change: ConversationChange, about: ConversationFacts | null, lent: Lent): Emission[] => {
    const name = nameOf(change.conversationId, about)
    const around = { name, people: about?.directUserIds ?? [], ...change, lent }
    return (change.messages ?? []).map((message) => ({ event, payload: toEntity(message, around) }))
  }

/** The new state of an offer. If it was countered, `counterId` is the message with the counter-offer. */
const toOfferUpdate = ({ messageId, userId, status, history, counterId, expiresAt }: Offer, conversationId: string) => {
  const terms = history.findLast((step) => step.messageId === messageId)
  const last = history.at(-1)
  return {
    messageId,
    conversationId,
    senderId: userId,
    status,
    ...(terms ? toAmount(terms) : {}),
    counterId,
    updatedBy: last?.userId ?? userId,
    expiresAt: toDateOrNull(expiresAt),
    timestamp: toDate(last?.at ?? Date.now()),
  }
}

const offersChanged = (
  { conversationId, messages = [], offers = [] }: ConversationChange,
  about: ConversationFacts | null,
): Emission[] => {
  const isNew = new Set(messages.map(({ id }) => id))
  return offers
    .filter(({ messageId }) => !isNew.has(messageId))
    .map((offer) => ({ event: 'offer_updated', payload: toOfferUpdate(offer, nameOf(conversationId, about)) }))
}

/**
 * Their events for ours: `new_message`, `message_updated`, `message_deleted`, `offer_updated` (not for an offer that is
 * new), `user_typing` (only for sockets that joined the conversation) and `user_online_status`.
 */
export const outgoing: Outgoing = {
  // A message may contain a counter-offer, which closes an earlier offer.
  'message.created': (change, about, lent) => [
    ...messages('new_message', toMessage)(change, about, lent),
    ...offersChanged(change, about),
  ],
  'message.updated': messages('message_updated', toEditedMessage),
  'message.deleted': ({ conversationId, messages = [] }, about) =>
    messages.map(({ id }) => ({
      event: 'message_deleted',
      payload: { messageId: id, conversationId: nameOf(conversationId, about) },
    })),
  'offer.decided': offersChanged,
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

/** Returns their receipts: one event for each delivered message, one event for all messages that were read together. */
export const statuses: NonNullable<Dialect['statuses']> = ({ userId, status, messages }) =>
  status === 'delivered'
    ? messages.map(({ id }) => ({ event: 'message_delivered', payload: { messageId: id } }))
    : [{ event: 'message_read', payload: { messageIds: messages.map(({ id }) => id), readBy: userId } }]
