import type { ConversationChange, Membership } from '@parley/protocol'
import type { ConversationFacts, Emission, Outgoing } from '../dialect.ts'
import { toDirectMessage, toPerson, toPresence, toRoomMessage } from './entities.ts'

/** Translates messages to the event for rooms or for direct messages, which differ in their payload too. */
const messages =
  (inRoom: string, inDirect: string) =>
  (change: ConversationChange, about: ConversationFacts | null): Emission[] =>
    (change.messages ?? []).map((message) => {
      if (about?.kind !== 'direct') return { event: inRoom, payload: toRoomMessage(message, change) }
      const { readAt, ...entity } = toDirectMessage(message, change, about.directUserIds)
      if (inDirect !== inRoom) return { event: inDirect, payload: { ...entity, readAt } }
      // An event that rooms and direct messages share needs `roomId`. An edit does not change when it was read.
      return { event: inDirect, payload: { ...entity, roomId: message.conversationId } }
    })

const deleted = (change: ConversationChange): Emission[] =>
  (change.messages ?? []).map((message) => ({
    event: 'message:deleted',
    payload: { messageId: message.id, roomId: message.conversationId },
  }))

/** Their clients get no event when a direct conversation is opened. */
const joined = (change: ConversationChange, about: ConversationFacts | null): Emission[] => {
  if (about?.kind === 'direct') return []
  return (change.memberships ?? [])
    .filter(({ state }) => state === 'active')
    .flatMap(({ userId, conversationId }) => {
      const user = change.users?.find(({ id }) => id === userId)
      return user
        ? [{ event: 'room:user-joined', payload: { roomId: conversationId, userId, user: toPerson(user) } }]
        : []
    })
}

/** Declined invitations are left out: those users never joined. */
const leaving = (memberships: readonly Membership[] = []): Emission[] =>
  memberships
    .filter(({ state, joinedAt }) => state !== 'active' && state !== 'invited' && joinedAt !== null)
    .map(({ userId, conversationId }) => ({ event: 'room:user-left', payload: { roomId: conversationId, userId } }))

/**
 * Their events for ours. Edited messages, deleted ones and typing have the same event in rooms and direct
 * conversations; a new message is `message:new` in a room, `dm:new` in a direct conversation. Members have events in
 * rooms only, and an invitation has none.
 */
export const outgoing: Outgoing = {
  'message.created': messages('message:new', 'dm:new'),
  'message.updated': messages('message:edited', 'message:edited'),
  'message.deleted': deleted,
  'membership.joined': joined,
  'membership.left': (change, about) => (about?.kind === 'direct' ? [] : leaving(change.memberships)),
  // A user who has left gets no events of the room any more, so their devices learn of it from this event.
  'account.updated': ({ memberships }) => leaving(memberships),
  'typing.updated': ({ conversationId, userId, isTyping }) => [
    { event: 'typing:update', payload: { roomId: conversationId, userId, isTyping } },
  ],
  'presence.updated': (presence) => [{ event: 'presence:changed', payload: toPresence(presence) }],
}
