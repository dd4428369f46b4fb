import type {
  ConversationSummary,
  MemberReceipt,
  Membership,
  Message,
  Presence,
  Role,
  Tally,
  User,
} from '@parley/protocol'
import { toDate, toDateOrNull } from '../dates.ts'
import { receiverStatuses } from '../delivery-states.ts'
import type { PlanCaller } from '../dialect.ts'
import { type KnownParts, textOf } from '../message-parts.ts'
import type { ShownConversation } from '../own-conversations.ts'
import { toParts } from './attachments.ts'

/* The entities in the form of these clients: names in snake_case, dates as ISO texts. */

const toPerson = ({ id, username, displayName, avatarUrl }: User) => ({
  id,
  username,
  display_name: displayName,
  avatar_url: avatarUrl,
})

/** A user whose row is missing is shown with the id as the name. */
const personIn = (users: readonly User[], id: string) => {
  const user = users.find((candidate) => candidate.id === id)
  return user ? toPerson(user) : { id, username: id, display_name: id, avatar_url: null }
}

/** Their groups have three roles; our owner is their admin. */
const toRole = (role: Role): string => (role === 'owner' ? 'admin' : role)

const toParticipant = ({ conversationId, userId, role, joinedAt }: Membership, users: readonly User[]) => ({
  conversation_id: conversationId,
  user_id: userId,
  role: toRole(role),
  joined_at: toDateOrNull(joinedAt),
  user: personIn(users, userId),
})

/**
 * Returns a presence in their form, which has two statuses: users who are away or busy count as online. `timestamp` is
 * when an offline user was last seen, else the present time.
 */
export const toPresence = ({ userId, status, lastSeenAt }: Presence) => ({
  userId,
  status: status === 'offline' ? 'offline' : 'online',
  timestamp: toDate((status === 'offline' ? lastSeenAt : null) ?? Date.now()),
})

/**
 * Encrypted and plain content share one field; `encrypted` tells them apart. A message without a text gets a line about
 * its parts.
 */
const toContent = (message: Message, known: KnownParts) => {
  const { body } = message
  if (body === null) return { content_encrypted: null, encrypted: false }
  return body.kind === 'sealed'
    ? { content_encrypted: body.ciphertext, encrypted: true }
    : { content_encrypted: textOf(message, body, known), encrypted: false }
}

/** One of their four types; offers and messages of the system become texts. */
const toType = (type: Message['type']): string => (type === 'offer' || type === 'system' ? 'text' : type)

/**
 * Returns the reactions to one message; tallies of others are ignored. There is one entry for each user that a tally
 * names, only the first users of an emoji; `count` is the number of all its users.
 */
export const toReactions = (messageId: string, tallies: readonly Tally[] = []) =>
  tallies
    .filter((tally) => tally.messageId === messageId)
    .flatMap(({ emoji, count, userIds }) =>
      userIds.map((userId) => ({ message_id: messageId, user_id: userId, emoji, count })),
    )

/** One entry for each receiver. */
const toStatuses = (message: Message, receipts: readonly MemberReceipt[]) =>
  receiverStatuses(message, receipts).map(({ userId, status, at }) => ({
    message_id: message.id,
    user_id: userId,
    status,
    timestamp: status === 'sent' ? toDate(message.createdAt) : toDateOrNull(at),
  }))

interface Beside extends KnownParts {
  users?: readonly User[] | undefined
}

/**
 * Returns a message in their form, without its statuses and reactions. A deleted one has the content null; one without
 * a text gets a line about its parts. A sender who is not in `users` is shown with the id as the name.
 */
export const toMessage = (message: Message, { users = [], ...known }: Beside) => ({
  id: message.id,
  conversation_id: message.conversationId,
  sender_id: message.senderId,
  ...toContent(message, known),
  message_type: toType(message.type),
  ...toParts(message, known),
  created_at: toDate(message.createdAt),
  updated_at: toDate(message.deletedAt ?? message.editedAt ?? message.createdAt),
  edited_at: toDateOrNull(message.editedAt),
  deleted_at: toDateOrNull(message.deletedAt),
  sender: personIn(users, message.senderId),
})

interface Surroundings extends Beside {
  receipts?: readonly MemberReceipt[]
  tallies?: readonly Tally[] | undefined
}

/** Returns what `toMessage` does, with its statuses, one for each receiver in `receipts`, and its reactions. */
export const toWholeMessage = (message: Message, { receipts = [], tallies, ...beside }: Surroundings) => ({
  ...toMessage(message, beside),
  statuses: toStatuses(message, receipts),
  reactions: toReactions(message.id, tallies),
})

/** The title of a direct conversation is the name of the other user. */
const titleOf = ({ conversation, users }: ConversationSummary, partner: string | undefined): string | null =>
  conversation.kind === 'direct' && partner !== undefined ? personIn(users, partner).display_name : conversation.name

interface Listed {
  participants: readonly Membership[]
  users: readonly User[]
}

/**
 * Returns a conversation with these participants. The title of a direct one is the name of the other participant; with
 * oneself, and of a group, it is the name of the conversation or null. `last_message` is the latest that is not
 * deleted, or null; `last_message_at` is the time of the last one, also if that was deleted.
 */
export const toConversation = (
  summary: ShownConversation,
  { user: me, addressOf }: PlanCaller,
  { participants, users }: Listed,
) => {
  const { conversation, lastMessage, shown, tallies, unread } = summary
  const partner = participants.find(({ userId }) => userId !== me.id)?.userId
  return {
    id: conversation.id,
    type: conversation.kind === 'direct' ? 'direct' : 'group',
    title: titleOf(summary, partner),
    created_by: conversation.createdBy,
    created_at: toDate(conversation.createdAt),
    updated_at: toDate(lastMessage?.createdAt ?? conversation.createdAt),
    participants: participants.map((membership) => toParticipant(membership, users)),
    last_message: shown && {
      ...toMessage(shown, { ...summary, addressOf }),
      reactions: toReactions(shown.id, tallies),
    },
    last_message_at: toDateOrNull(lastMessage?.createdAt ?? null),
    unread_count: unread,
  }
}
