import type { Conversation, ConversationSummary, MemberReceipt, Message, Presence, User } from '@parley/protocol'
import { toDate, toDateOrNull } from '../dates.ts'
import { deliveredAtForAll, receiverStatuses, statusForAll } from '../delivery-states.ts'
import type { ConversationFacts, Lent } from '../dialect.ts'
import type { ShownConversation } from '../own-conversations.ts'
import { toPairId } from '../pair-id.ts'
import { type Beside, toContent, toMessageType, toPreview } from './content.ts'

/* The entities in the form of these clients: ids as `_id`, dates as ISO texts. */

/**
 * Returns the id of a conversation for these clients. The first direct conversation of two users gets their pair id,
 * which clients also make themselves. Rooms, later conversations of the same users about other jobs, and conversations
 * without facts (`about` is null) keep their own ids.
 */
export function nameOf(conversationId: string, about: ConversationFacts | null): string {
  const [one, other = one] = about?.kind === 'direct' && !about.isLater ? about.directUserIds : []
  return one === undefined || other === undefined ? conversationId : toPairId(one, other)
}

/** The ids of the one or two users of a direct conversation; empty for a room. */
export const peopleIn = ({ conversation, memberships }: ConversationSummary): string[] =>
  conversation.kind === 'direct' ? memberships.map(({ userId }) => userId) : []

/**
 * Returns the id of a conversation for these clients (see `nameOf`) from its summary. Events and answers have this id,
 * also if the client used the other one.
 */
export const nameIn = (summary: ConversationSummary): string => {
  const { id, kind, isLater } = summary.conversation
  return nameOf(id, { kind, directUserIds: peopleIn(summary), isLater })
}

/** The receiver of a message: the other user of a direct conversation; null in a room. */
const receiverOf = ({ senderId }: Message, people: readonly string[]): string | null =>
  people.length === 0 ? null : (people.find((id) => id !== senderId) ?? senderId)

export interface MessageContext extends Beside {
  name: string
  people: readonly string[]
  receipts?: readonly MemberReceipt[]
}

/**
 * Returns a message in their form without its status, for an event: an edit changes no status, and a client keeps the
 * one that it knows. `name`: see `nameOf`; `people`: the users of a direct conversation, empty for a room.
 */
export const toEditedMessage = (message: Message, { name, people, receipts: _, ...beside }: MessageContext) => ({
  _id: message.id,
  conversationId: name,
  senderId: message.senderId,
  receiverId: receiverOf(message, people),
  messageType: toMessageType(message),
  content: toContent(message, beside),
  timestamp: toDate(message.createdAt),
  createdAt: toDate(message.createdAt),
})

/**
 * Returns a message in their form, with the lowest status of its receivers; without `receipts` it is `sent`. `name`:
 * see `nameOf`; `people`: the users of a direct conversation, empty for a room.
 */
export const toMessage = (message: Message, context: MessageContext) => ({
  ...toEditedMessage(message, context),
  status: statusForAll(receiverStatuses(message, context.receipts ?? [])),
})

/**
 * Returns what `toMessage` does, with the additional fields of the guide for NestJS: `id`, `is_read` (all receivers
 * have read it) and `delivered_at` (null unless all have received it). Without `receipts`, or without receivers, they
 * are false and null.
 */
export const toListedMessage = (message: Message, context: MessageContext) => {
  const entity = toMessage(message, context)
  return {
    ...entity,
    id: message.id,
    is_read: entity.status === 'read',
    delivered_at: toDateOrNull(deliveredAtForAll(message, context.receipts ?? [])),
  }
}

const toPerson = ({ id, displayName, username, avatarUrl }: User) => ({
  _id: id,
  name: displayName,
  username,
  avatar: avatarUrl,
})

/**
 * Returns the online status of a user, who is online unless the presence is `offline` or missing. `lastSeen` is the
 * present time for a user who is online, else that of the presence, or null.
 */
export const toOnlineStatus = (userId: string, presence?: Presence) => {
  const isOnline = presence !== undefined && presence.status !== 'offline'
  return { userId, isOnline, lastSeen: toDateOrNull(isOnline ? Date.now() : (presence?.lastSeenAt ?? null)) }
}

const toLastMessage = (message: Message | null, lent: Lent) =>
  message === null
    ? null
    : { ...toPreview(message, lent), senderId: message.senderId, timestamp: toDate(message.createdAt) }

const updatedAt = ({ createdAt }: Conversation, last: Message | null) => toDate(last?.createdAt ?? createdAt)

interface Listed {
  name: string
  /** The other user of a direct conversation. */
  partner: User | undefined
  presence: Presence | undefined
  lent: Lent
}

/**
 * Returns a conversation in a list. `jobId` is our context; `participants` has only the users whose memberships are in
 * the summary: in a room, the caller. `otherUser` is null without a partner. `lastMessage` is the latest that is not
 * deleted, or null; `updatedAt` is the time of the last message, also if that was deleted, or of the creation without
 * one.
 */
export const toConversation = (summary: ShownConversation, { name, partner, presence, lent }: Listed) => {
  const { conversation, lastMessage, shown, memberships, unread } = summary
  return {
    _id: name,
    participants: memberships.map(({ userId }) => userId),
    name: conversation.name,
    lastMessage: toLastMessage(shown, lent),
    unreadCount: unread,
    jobId: conversation.context,
    otherUser: partner ? { ...toPerson(partner), isOnline: toOnlineStatus(partner.id, presence).isOnline } : null,
    createdAt: toDate(conversation.createdAt),
    updatedAt: updatedAt(conversation, lastMessage),
  }
}

/**
 * Returns what `toConversation` does, with the additional fields of the guide for NestJS: `id`, `last_message_at` and
 * `unread_count`.
 */
export const toListedConversation = (summary: ShownConversation, listed: Listed) => {
  const entity = toConversation(summary, listed)
  return {
    ...entity,
    id: entity._id,
    last_message_at: toDateOrNull(summary.lastMessage?.createdAt ?? null),
    unread_count: summary.unread,
  }
}
