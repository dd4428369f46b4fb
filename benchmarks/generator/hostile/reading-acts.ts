import { type Acts, at, from } from './act.ts'
import type { World } from './hostile-world.ts'

const conversationsFrom = (positions: World['positions'], i: number) =>
  from(
    positions.map(({ conversationId }) => conversationId),
    i,
    100,
  )

/** Acts that change nothing. */
export const readingActs = {
  'conversation.list': (caller) => caller.ask('conversation.list', { limit: 1_000 }),
  'conversation.discover': (caller) => caller.ask('conversation.discover', { query: 'o', limit: 100 }),
  'conversation.findDirect': (caller, { directUserId: userId }) =>
    caller.ask('conversation.findDirect', { userId, earliest: true }),
  'conversation.get': (caller, { crowded }) => caller.ask('conversation.get', { conversationId: crowded }),
  'sync.run': (caller, { epoch, positions }) => caller.ask('sync.run', { epoch, rev: 0, positions }),
  'user.me': (caller) => caller.ask('user.me', {}),
  'user.get': (caller, { userIds }, i) => caller.ask('user.get', { userId: at(userIds, i) }),
  'user.search': (caller) => caller.ask('user.search', { query: 'e', limit: 100 }),
  'session.list': (caller) => caller.ask('session.list', { limit: 100 }),
  'contact.list': (caller) => caller.ask('contact.list', { limit: 100 }),
  'block.list': (caller) => caller.ask('block.list', { limit: 100 }),
  'membership.list': (caller, { crowded }) => caller.ask('membership.list', { conversationId: crowded, limit: 100 }),
  'membership.listMany': (caller, { positions }, i) =>
    caller.ask('membership.listMany', { conversationIds: conversationsFrom(positions, i) }),
  'receipt.list': (caller, { crowded }) => caller.ask('receipt.list', { conversationId: crowded, limit: 100 }),
  'message.get': (caller, { messageId }) => caller.ask('message.get', { messageId }),
  'message.page': (caller, { sealed }) => caller.ask('message.page', { conversationId: sealed, limit: 100 }),
  'message.latest': (caller, { positions }, i) =>
    caller.ask('message.latest', { conversationIds: conversationsFrom(positions, i) }),
  'reaction.list': (caller, { messageId }) => caller.ask('reaction.list', { messageId, emoji: '👍', limit: 100 }),
  'attachment.list': (caller) => caller.ask('attachment.list', {}),
  'attachment.get': (caller, { attachmentIds }, i) =>
    caller.ask('attachment.get', { attachmentId: at(attachmentIds, i) }),
  'attachment.sign': (caller, { attachmentIds }) =>
    caller.ask('attachment.sign', { attachmentIds: attachmentIds.slice(0, 100) }),
  'attachment.quota': (caller) => caller.ask('attachment.quota', {}),
  'hook.list': (caller, { crowded }) => caller.ask('hook.list', { conversationId: crowded }),
  'presence.watch': (caller, { userIds }, i) => caller.ask('presence.watch', { userIds: from(userIds, i, 500) }),
} satisfies Acts
