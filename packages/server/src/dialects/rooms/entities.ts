import type {
  Attachment,
  Conversation,
  ConversationSummary,
  Membership,
  Message,
  Presence,
  Role,
  User,
} from '@parley/protocol'
import { toDate, toDateOrNull } from '../dates.ts'
import type { Lent } from '../dialect.ts'
import { addressesOf, attachmentsOf, type KnownParts, offerOf, textOf } from '../message-parts.ts'
import type { ShownConversation } from '../own-conversations.ts'

/* The entities in the form of these clients: dates as ISO texts. */

/** Returns the fields of a user that these clients know; `avatar` is our `avatarUrl`. */
export const toPerson = (user: User) => ({
  id: user.id,
  username: user.username,
  displayName: user.displayName,
  avatar: user.avatarUrl,
})

/** A user whose row is missing is shown with the id as the name. */
const personIn = (users: readonly User[], id: string) => {
  const user = users.find((candidate) => candidate.id === id)
  return user ? toPerson(user) : { id, username: id, displayName: id, avatar: null }
}

const toAttachment = (attachment: Attachment, known: KnownParts) => {
  const { id, kind, name, mime, size, width, height, durationMs } = attachment
  const { url, thumbnail } = addressesOf(attachment, known)
  return { id, kind, name, mimeType: mime, size, width, height, durationMs, url, thumbnailUrl: thumbnail }
}

/**
 * The field `metadata` of their messages, a text that their documents leave empty. Here it is JSON with the files and
 * the offer, or `{ sealed: true }` for a body that their clients cannot decrypt.
 */
function toMetadata(message: Message, known: KnownParts): string | null {
  if (message.body?.kind === 'sealed') return JSON.stringify({ sealed: true })
  const attachments = attachmentsOf(message, known).map((attachment) => toAttachment(attachment, known))
  const offer = offerOf(message, known)
  if (attachments.length === 0 && !offer) return null
  return JSON.stringify({
    ...(attachments.length > 0 ? { attachments } : {}),
    ...(offer ? { offer: { ...offer, expiresAt: toDateOrNull(offer.expiresAt) } } : {}),
  })
}

/** The rows beside messages, including the users. */
export interface Beside extends KnownParts {
  users?: readonly User[] | undefined
}

/** The fields that messages of rooms and direct messages share. */
const toContent = (message: Message, { users = [], ...known }: Beside) => ({
  id: message.id,
  senderId: message.senderId,
  content: message.body?.kind === 'plain' ? textOf(message, message.body, known) : '',
  type: message.type,
  metadata: toMetadata(message, known),
  editedAt: toDateOrNull(message.editedAt),
  deletedAt: toDateOrNull(message.deletedAt),
  createdAt: toDate(message.createdAt),
  modifiedAt: toDate(message.deletedAt ?? message.editedAt ?? message.createdAt),
  sender: personIn(users, message.senderId),
})

/**
 * Returns a message of a room in their form. `content` is '' for a sealed or deleted message, and a line about the
 * parts of a message without text. `metadata` is null, or JSON with files and offer, or with `sealed` for a sealed
 * message. A sender who is not in `users` is shown with the id as the name.
 */
export const toRoomMessage = (message: Message, beside: Beside) => ({
  ...toContent(message, beside),
  roomId: message.conversationId,
})

/** The read positions of the two users by their ids. */
export type ReadSeqs = ReadonlyMap<string, number>

/** Returns the read position (`readSeq`) of each membership by its user id. */
export const toReadSeqs = (memberships: readonly Membership[]): ReadSeqs =>
  new Map(memberships.map(({ userId, readSeq }) => [userId, readSeq]))

/**
 * Returns a direct message in their form. `people` are the users of the conversation; the receiver is the one who is
 * not the sender, else the sender. `readAt` is the time of sending, the earliest possible, because that of reading is
 * unknown; it is null if `readSeqs` does not show the message as read.
 */
export const toDirectMessage = (
  message: Message,
  beside: Beside,
  people: readonly string[],
  readSeqs: ReadSeqs = new Map(),
) => {
  const receiverId = people.find((id) => id !== message.senderId) ?? message.senderId
  const read = (readSeqs.get(receiverId) ?? 0) >= message.seq
  return {
    ...toContent(message, beside),
    conversationId: message.conversationId,
    receiverId,
    // The time of reading is not known here: this is the earliest possible.
    readAt: read ? toDate(message.createdAt) : null,
  }
}

/** Our owner is their admin. */
const toRole = (role: Role): string => (role === 'owner' ? 'admin' : role)

const toRoom = (conversation: Conversation) => ({
  id: conversation.id,
  name: conversation.name,
  description: conversation.topic,
  isPrivate: conversation.visibility === 'private',
  createdBy: conversation.createdBy,
  createdAt: toDate(conversation.createdAt),
  modifiedAt: toDate(conversation.createdAt),
})

/**
 * Returns a room with the role, joining time and unread count of a member, whose membership is `own`. Our owner is
 * their admin. `lastMessage` is the latest that is not deleted, or null.
 */
export const toRoomOf = (summary: ShownConversation, own: Membership, { addressOf }: Lent) => ({
  ...toRoom(summary.conversation),
  role: toRole(own.role),
  joinedAt: toDateOrNull(own.joinedAt),
  unreadCount: summary.unread,
  lastMessage: summary.shown && toRoomMessage(summary.shown, { ...summary, addressOf }),
})

/** True if there is a message and it is not deleted: these clients never get deleted ones. */
export const isShown = (message: Message | null): message is Message => message !== null && message.deletedAt === null

/** Returns a presence in their form: with the same status, and `lastSeenAt` as an ISO text or null. */
export const toPresence = (presence: Presence) => ({
  userId: presence.userId,
  status: presence.status,
  lastSeenAt: toDateOrNull(presence.lastSeenAt),
})

/**
 * Returns the ids of the one or two users of a direct conversation. Do not call it for a room, whose summary has only
 * the caller.
 */
export const peopleIn = (summary: ConversationSummary): string[] => summary.memberships.map(({ userId }) => userId)

/**
 * Returns a direct conversation as an entry in the list of partners. Without a presence the partner counts as offline.
 * `lastMessage` is the latest that is not deleted, or null.
 */
export const toPartner = (
  summary: ShownConversation,
  partner: User,
  presence: Presence | undefined,
  { addressOf }: Lent,
) => ({
  ...toPerson(partner),
  isOnline: presence !== undefined && presence.status !== 'offline',
  lastSeenAt: toDateOrNull(presence?.lastSeenAt ?? null),
  conversationId: summary.conversation.id,
  unreadCount: summary.unread,
  lastMessage:
    summary.shown &&
    toDirectMessage(summary.shown, { ...summary, addressOf }, peopleIn(summary), toReadSeqs(summary.memberships)),
})
