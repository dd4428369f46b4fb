import type { Caller } from './caller.ts'
import { messageId } from './vocabulary.ts'

/** The ids that the hostile caller uses in its calls. */
export interface World {
  /** A room with the most members; the caller owns it. */
  crowded: string
  /** A room whose users are almost all invited only; the caller owns it. */
  inviting: string
  /** Any other conversation of the caller. */
  usual: string
  /** A message in the crowded room. */
  messageId: string
  /** Members of the crowded room. */
  userIds: string[]
  /** Users who are in no room yet. */
  strangerIds: string[]
  /** All conversations of the caller, with the position of a device that was away. */
  positions: { conversationId: string; rev: number }[]
  epoch: string
}

/** Makes the most expensive call of an operation that is allowed; `i` counts the calls. */
type Act = (caller: Caller, world: World, i: number) => Promise<unknown>

const from = <T>(all: readonly T[], i: number, count: number): T[] => {
  const first = (i * count) % Math.max(1, all.length - count)
  return all.slice(first, first + count)
}

const textOf = (i: number) => `${i} `.padEnd(500, 'x')

export const acts: Record<string, Act> = {
  'conversation.list': (caller) => caller.ask('conversation.list', { limit: 1_000 }),
  'conversation.discover': (caller) => caller.ask('conversation.discover', { query: 'o', limit: 100 }),
  'sync.run, nothing held': (caller) => caller.ask('sync.run', {}),
  'sync.run, a year away': (caller, { epoch, positions }) => caller.ask('sync.run', { epoch, rev: 0, positions }),
  'user.search': (caller) => caller.ask('user.search', { query: 'e', limit: 100 }),
  'user.search, found nowhere': (caller, _, i) => caller.ask('user.search', { query: `q${i}z`, limit: 100 }),
  'membership.list': (caller, { crowded }) => caller.ask('membership.list', { conversationId: crowded, limit: 100 }),
  'receipt.list': (caller, { crowded }) => caller.ask('receipt.list', { conversationId: crowded, limit: 100 }),
  'message.page': (caller, { usual }) => caller.ask('message.page', { conversationId: usual, limit: 100 }),
  'presence.watch': (caller, { userIds }, i) => caller.ask('presence.watch', { userIds: from(userIds, i, 500) }),
  'presence.set': (caller, _, i) => caller.ask('presence.set', { status: i % 2 === 0 ? 'away' : 'busy' }),
  'typing.set': (caller, { crowded }, i) =>
    caller.ask('typing.set', { conversationId: crowded, isTyping: i % 2 === 0 }),
  'message.send': (caller, { crowded }, i) =>
    caller.ask('message.send', {
      conversationId: crowded,
      id: messageId(),
      body: { kind: 'plain', text: textOf(i).padEnd(4_000, 'y') },
    }),
  'message.edit': (caller, world, i) =>
    caller.ask('message.edit', { messageId: world.messageId, body: { kind: 'plain', text: textOf(i) } }),
  'reaction.add': (caller, world, i) =>
    caller.ask(i % 2 === 0 ? 'reaction.add' : 'reaction.remove', { messageId: world.messageId, emoji: '👍' }),
  'conversation.update': (caller, { crowded }, i) =>
    caller.ask('conversation.update', { conversationId: crowded, topic: textOf(i) }),
  'conversation.update, 3,000 invited': (caller, { inviting }, i) =>
    caller.ask('conversation.update', { conversationId: inviting, topic: textOf(i) }),
  'membership.setRole': (caller, { crowded, userIds }, i) =>
    caller.ask('membership.setRole', {
      conversationId: crowded,
      userId: userIds[1] ?? '',
      role: i % 2 === 0 ? 'moderator' : 'member',
    }),
  'membership.invite': (caller, { crowded, strangerIds }, i) =>
    caller.ask('membership.invite', { conversationId: crowded, userIds: from(strangerIds, i, 100) }),
  'conversation.create': (caller, { userIds }, i) =>
    caller.ask('conversation.create', { name: `another ${i}`, userIds: from(userIds, i, 100) }),
  'user.update': (caller, _, i) => caller.ask('user.update', { displayName: `another ${i}` }),
}
