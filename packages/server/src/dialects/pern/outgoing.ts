import type { ConversationChange, Message, Reaction } from '@parley/protocol'
import { toDate } from '../dates.ts'
import type { ConversationFacts, Dialect, Emission, Outgoing } from '../dialect.ts'
import { toMessage, toPresence, toReactions } from './entities.ts'

/** The statuses of a new message, which no receiver has yet. The receiver is known in direct conversations only. */
const sentTo = ({ id, senderId, createdAt }: Message, about: ConversationFacts | null) =>
  (about?.directUserIds ?? [])
    .filter((userId) => userId !== senderId)
    .map((userId) => ({ message_id: id, user_id: userId, status: 'sent', timestamp: toDate(createdAt) }))

const received = ({ messages = [], ...beside }: ConversationChange, about: ConversationFacts | null): Emission[] =>
  messages.map((message) => ({
    event: 'chat:message_received',
    payload: {
      ...toMessage(message, beside),
      statuses: sentTo(message, about),
      reactions: toReactions(message.id, beside.tallies),
    },
  }))

const edited = ({ messages = [], ...beside }: ConversationChange): Emission[] =>
  messages.map((message) => ({ event: 'chat:message_edited', payload: toMessage(message, beside) }))

const deleted = ({ messages = [] }: ConversationChange): Emission[] =>
  messages.map(({ id, conversationId }) => ({
    event: 'chat:message_deleted',
    payload: { messageId: id, conversationId },
  }))

/** The reaction that changed, and all present ones with this emoji. */
const reacted = ({ conversationId, reactions = [], tallies = [] }: ConversationChange): Emission[] =>
  reactions.map(({ messageId, userId, emoji, removed }: Reaction) => {
    const counted = tallies.filter((tally) => tally.messageId === messageId && tally.emoji === emoji)
    return {
      event: 'chat:reaction_updated',
      payload: {
        messageId,
        conversationId,
        userId,
        emoji,
        action: removed ? 'removed' : 'added',
        count: counted[0]?.count ?? 0,
        reactions: toReactions(messageId, counted),
      },
    }
  })

/**
 * Their events for ours: `chat:message_received`, `chat:message_edited`, `chat:message_deleted`,
 * `chat:reaction_updated`, `chat:user_typing` and `user:status_changed`. There are none for members of groups.
 */
export const outgoing: Outgoing = {
  'message.created': received,
  'message.updated': edited,
  'message.deleted': deleted,
  'reaction.added': reacted,
  'reaction.removed': reacted,
  'typing.updated': ({ conversationId, userId, isTyping }, about) => [
    {
      event: 'chat:user_typing',
      payload: {
        conversationId,
        userId,
        username: about?.username ?? userId,
        isTyping,
        timestamp: toDate(Date.now()),
      },
    },
  ],
  'presence.updated': (presence) => [{ event: 'user:status_changed', payload: toPresence(presence) }],
}

/** Returns an event `chat:message_status_updated` for each message that the receiver has received or read. */
export const statuses: NonNullable<Dialect['statuses']> = ({ conversationId, userId, status, at, messages }) =>
  messages.map(({ id }) => ({
    event: 'chat:message_status_updated',
    payload: { messageId: id, conversationId, userId, status, timestamp: toDate(at) },
  }))
