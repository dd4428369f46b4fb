import type { Message, Reaction, Tally } from '@parley/protocol'
import type { ConversationState } from '../../../packages/client/src/chat-state.ts'
import { emitToRoom, type ModelOperations, type ModelRun, Refusal, reach } from '../model-run.ts'
import { type ModelRoom, userOf } from '../model-world.ts'
import type { Actions, Say, SimulatorFeature } from '../simulator-feature.ts'
import type { VirtualTab } from '../virtual-tab.ts'

declare module '../model-world.ts' {
  interface ModelRoom {
    /** By message, emoji and user, also removed ones. */
    reactions?: Map<string, Reaction>
    tallies?: Map<string, Tally>
  }
}

const target = (tab: VirtualTab, roomId: string, n: number) => {
  const rows = tab.chat.store.getState().conversations[roomId]?.messages ?? []
  return { messageId: rows[n % Math.max(1, rows.length)]?.id, emoji: n % 3 === 0 ? '🎉' : '👍' }
}

const actions: Actions = {
  react: [
    4,
    (_, tab, roomId, n) => {
      const { messageId, emoji } = target(tab, roomId, n)
      return messageId && tab.chat.reactions.add(roomId, messageId, emoji)
    },
  ],
  'take a reaction back': [
    2,
    (_, tab, roomId, n) => {
      const { messageId, emoji } = target(tab, roomId, n)
      return messageId && tab.chat.reactions.remove(roomId, messageId, emoji)
    },
  ],
}

const keyOf = (row: { messageId: string; emoji: string }) => `${row.messageId} ${row.emoji}`

/** The room of a message; throws `not_found` unless the user is in it and the message is not deleted. */
function targetOf(run: ModelRun, messageId: string): ModelRoom {
  const message = run.world.messages.get(messageId)
  if (!message) throw new Refusal('not_found')
  const room = reach(run, message.conversationId)
  if (message.deletedAt !== null) throw new Refusal('not_found')
  room.reactions ??= new Map()
  room.tallies ??= new Map()
  return room
}

function set(run: ModelRun, messageId: string, emoji: string, removed: boolean) {
  const room = targetOf(run, messageId)
  const key = keyOf({ messageId, emoji })
  const blank = { messageId, emoji, rev: 0 }
  const before = room.reactions?.get(`${key} ${run.userId}`) ?? { ...blank, userId: run.userId, removed: true }
  const counted = room.tallies?.get(key) ?? { ...blank, count: 0, userIds: [], firstRev: 0 }
  if (before.removed === removed) return { reaction: before, tally: { ...counted, own: !removed } }
  const rev = ++room.rev
  const reaction = { ...before, removed, rev }
  const others = counted.userIds.filter((id) => id !== run.userId)
  const userIds = removed ? others : [...others, run.userId]
  const firstRev = counted.count === 0 ? rev : counted.firstRev
  const tally = { messageId, emoji, rev, count: userIds.length, userIds, firstRev }
  room.reactions?.set(`${key} ${run.userId}`, reaction)
  room.tallies?.set(key, tally)
  const name = removed ? 'reaction.removed' : 'reaction.added'
  emitToRoom(run, room, name, { reactions: [reaction], tallies: [tally], users: [userOf(run.userId)] })
  return { reaction, tally: { ...tally, own: !removed } }
}

const operations: ModelOperations = {
  'reaction.add': (run, { messageId, emoji }) => set(run, messageId, emoji, false),
  'reaction.remove': (run, { messageId, emoji }) => set(run, messageId, emoji, true),
}

const talliesOf = ({ tallies = new Map() }: ModelRoom, messageId: string): Tally[] =>
  [...tallies.values()].filter((tally) => tally.messageId === messageId)

const isOwn = ({ reactions }: ModelRoom, tally: Tally, userId: string) =>
  reactions?.get(`${keyOf(tally)} ${userId}`)?.removed === false

/** The reactions that a user should see under a message. */
const expected = (room: ModelRoom, { id, deletedAt }: Message, userId: string) =>
  (deletedAt === null ? talliesOf(room, id) : [])
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.firstRev - b.firstRev)
    .map((tally) => [tally.emoji, tally.count, tally.userIds, isOwn(room, tally, userId)])

function checkRoom(room: ModelRoom, held: ConversationState, userId: string, say: Say): void {
  for (const message of held.messages) {
    const shown = (held.reactions[message.id]?.shown ?? []).map((one) => [one.emoji, one.count, one.userIds, one.own])
    const wanted = expected(room, message, userId)
    if (JSON.stringify(shown) !== JSON.stringify(wanted))
      say(`shows ${JSON.stringify(shown)} under message ${message.seq} instead of ${JSON.stringify(wanted)}`)
  }
}

/** Adds and removes reactions, answers these operations, and compares the shown reactions at the end. */
export const reactions: SimulatorFeature = {
  actions,
  operations,
  changedSince: ({ messages }, { reactions: all = new Map() }, since) => {
    const isThere = ({ messageId }: Reaction) => messages.get(messageId)?.deletedAt === null
    const rows = [...all.values()].filter((row: Reaction) => row.rev > since && isThere(row))
    return { rows: rows.length > 0 ? { reactions: rows } : {}, userIds: rows.map(({ userId }) => userId) }
  },
  beside: (room, { messages = [], reactions: changed = [] }, userId) => {
    const whole = messages.flatMap(({ id, deletedAt }) => (deletedAt === null ? talliesOf(room, id) : []))
    const picked = changed.flatMap((row) => room.tallies?.get(keyOf(row)) ?? [])
    const tallies = [...new Set([...whole.filter(({ count }) => count > 0), ...picked])]
    return { tallies: tallies.map((tally) => ({ ...tally, own: isOwn(room, tally, userId) })) }
  },
  checkRoom,
}
