import type { EventName, Input, Message, Output } from '@parley/protocol'
import type { ConversationState } from '../../../packages/client/src/chat-state.ts'
import { emitToRoom, type ModelOperations, type ModelRun, Refusal, reach } from '../model-run.ts'
import { type ModelRoom, userOf } from '../model-world.ts'
import type { Actions, Say, SimulatorFeature, StateChange } from '../simulator-feature.ts'
import type { Sending, VirtualTab } from '../virtual-tab.ts'
import { checkSendings } from './sending-checks.ts'

/** A message of this user in the window; undefined if there is none. */
const ownMessage = (tab: VirtualTab, roomId: string, n: number) => {
  const { me, conversations } = tab.chat.store.getState()
  const own = conversations[roomId]?.messages.filter((row) => row.senderId === me?.id) ?? []
  return own[n % Math.max(1, own.length)]?.id
}

const unsettled = (tab: VirtualTab, n: number): Sending | undefined => {
  const waiting = tab.sendings.filter(({ handle }) => handle.status !== 'sent' && handle.status !== 'cancelled')
  return waiting[n % Math.max(1, waiting.length)]
}

const tryToWithdraw = (tab: VirtualTab, n: number) => {
  const sending = unsettled(tab, n)
  return sending && tab.withdraw(sending)
}

const writing: Actions = {
  send: [14, (simulation, tab, roomId) => tab.send(roomId, simulation.newText())],
  'send several': [
    4,
    (simulation, tab, roomId, n) => {
      for (let i = 0; i < 2 + (n % 12); i++) tab.send(roomId, simulation.newText())
    },
  ],
  edit: [
    3,
    (simulation, tab, roomId, n) => {
      const id = ownMessage(tab, roomId, n)
      return id && tab.chat.messages.edit(id, simulation.newText())
    },
  ],
  delete: [
    2,
    (_, tab, roomId, n) => {
      const id = ownMessage(tab, roomId, n)
      return id && tab.chat.messages.delete(id)
    },
  ],
  retry: [
    2,
    (_, tab, __, n) => {
      const sending = unsettled(tab, n)
      return sending && tab.retry(sending)
    },
  ],
  withdraw: [5, (_, tab, __, n) => tryToWithdraw(tab, n)],
}

const loading: Actions = {
  'load latest': [5, (_, tab, roomId) => tab.chat.messages.loadLatest(roomId, { limit: 6 })],
  'load older': [2, (_, tab, roomId) => tab.chat.messages.loadOlder(roomId, { limit: 4 })],
  'load newer': [2, (_, tab, roomId) => tab.chat.messages.loadNewer(roomId, { limit: 4 })],
  'load around': [2, (_, tab, roomId, n) => tab.chat.messages.loadAround(roomId, 1 + (n % 20), { limit: 4 })],
}

const operations: ModelOperations = {
  'message.send': (run, { conversationId, id, type = 'text', body }) => {
    const room = reach(run, conversationId)
    const sent = JSON.stringify([conversationId, run.userId, type, body])
    const stored = run.world.messages.get(id)
    if (stored) {
      if (run.world.sent.get(id) !== sent) throw new Refusal('message_id_conflict')
      return { message: stored }
    }
    const times = { createdAt: 0, editedAt: null, deletedAt: null }
    const seq = room.messages.length + 1
    const row = { id, conversationId, seq, rev: 0, senderId: run.userId, type, body, ...times }
    run.world.sent.set(id, sent)
    return { message: tellMessage(run, room, 'message.created', row) }
  },
  'message.edit': (run, { messageId, body }) => {
    const { room, row } = own(run, messageId)
    if (row.deletedAt !== null) throw new Refusal('not_found')
    // Parts that an edit leaves out stay.
    const kept = { ...(body.kind === 'plain' ? row.body : {}), ...body }
    return { message: tellMessage(run, room, 'message.updated', { ...row, body: kept, editedAt: 1 }) }
  },
  'message.delete': (run, { messageId }) => {
    const { room, row } = own(run, messageId)
    if (row.deletedAt !== null) return { message: row }
    return { message: tellMessage(run, room, 'message.updated', { ...row, body: null, deletedAt: 1 }) }
  },
  'message.get': (run, { messageId }) => {
    const { room, row } = visible(run, messageId)
    const { users: _, ...beside } = run.world.sideRowsOf(room, { messages: [row] }, run.userId, [])
    return { message: row, sender: userOf(row.senderId), ...beside }
  },
  'message.page': (run, input) => page(run, reach(run, input.conversationId), input),
}

function visible(run: ModelRun, messageId: string): { room: ModelRoom; row: Message } {
  const row = run.world.messages.get(messageId)
  if (!row) throw new Refusal('not_found')
  return { room: reach(run, row.conversationId), row }
}

function own(run: ModelRun, messageId: string) {
  const found = visible(run, messageId)
  if (found.row.senderId !== run.userId) throw new Refusal('forbidden')
  return found
}

function tellMessage(run: ModelRun, room: ModelRoom, name: EventName, row: Message): Message {
  const message = run.world.putMessage(room, row)
  // Tallies are for one viewer, so an event has none; the rows of the body's parts come with it.
  const { users: _, tallies: __, ...parts } = run.world.sideRowsOf(room, { messages: [message] }, run.userId, [])
  const beside = Object.fromEntries(Object.entries(parts).filter(([, rows]) => rows.length > 0))
  emitToRoom(run, room, name, { messages: [message], users: [userOf(row.senderId)], ...beside })
  return message
}

function page(run: ModelRun, room: ModelRoom, input: Input<'message.page'>): Output<'message.page'> {
  const { messages: all } = room
  const { before, after, around, limit = 50 } = input
  const end = before === undefined ? all.length : Math.min(all.length, before - 1)
  const [from, to] = around === undefined ? [after ?? Math.max(0, end - limit), end] : surrounding(all, around, limit)
  const messages = all.slice(from, Math.min(to, from + limit))
  const senderIds = messages.map((row) => row.senderId)
  const rows = { messages, ...run.world.sideRowsOf(room, { messages }, run.userId, senderIds) }
  const [isBefore, isAfter] = [after !== undefined && all.length > 0, before !== undefined && all.length > 0]
  if (messages.length === 0) return { ...rows, hasBefore: isBefore, hasAfter: isAfter }
  return { ...rows, hasBefore: from > 0, hasAfter: from + messages.length < all.length }
}

/** The range of a page around a `seq`, which is in the newer half. If one half is short, the other fills the page. */
function surrounding(all: readonly Message[], seq: number, limit: number): [number, number] {
  const middle = Math.min(all.length, seq - 1)
  const newer = Math.min(limit, all.length - middle)
  const from = Math.max(0, middle - (limit - Math.min(newer, Math.ceil(limit / 2))))
  return [from, all.length]
}

function checkRoom(room: ModelRoom, held: ConversationState, _: string, say: Say): void {
  if (held.lastSeq !== room.messages.length) say(`ends at ${held.lastSeq} of ${room.messages.length}`)
  if (held.lastMessage !== (room.messages.at(-1) ?? null)) say('shows another last message')
  const wrong = held.messages.find((row) => row !== room.messages[row.seq - 1])
  if (wrong) say(`message ${wrong.seq} differs`)
  const end = held.messages.at(-1)?.seq ?? 0
  if (held.messagesLoaded && held.hasAfter !== end < room.messages.length)
    say(`says ${held.hasAfter} for more after ${end}`)
  if (held.messagesLoaded && held.hasBefore !== (held.messages[0]?.seq ?? 1) > 1)
    say(`says ${held.hasBefore} for more before ${held.messages[0]?.seq}`)
  for (const row of held.pending) if (row.status !== 'failed') say(`${JSON.stringify(row.body)} is still ${row.status}`)
}

function checkState(change: StateChange, say: Say): void {
  const { held, old, me } = change
  const wasActive = old?.memberships[me]?.state === held.memberships[me]?.state
  if (old && wasActive && held.lastSeq < old.lastSeq)
    say(`the last place went from ${old.lastSeq} back to ${held.lastSeq}`)
  if (held.messages !== old?.messages) checkWindow(change, say)
  if (held.messages === old?.messages && held.pending === old?.pending) return
  const shown = held.hasAfter ? held.messages : [...held.messages, ...held.pending]
  if (new Set(shown.map((row) => row.id)).size < shown.length) say('a message is shown twice')
}

function checkWindow({ held, old, epoch, history }: StateChange, say: Say): void {
  const first = held.messages[0]?.seq ?? 0
  const offset = first - (old?.messages[0]?.seq ?? 0)
  held.messages.forEach((row, index) => {
    const before = old?.messages[index + offset]
    if (row === before) return
    if (row.seq !== first + index) say(`place ${row.seq} stands where ${first + index} belongs`)
    if (before?.id === row.id && row.rev < before.rev) say(`message ${row.seq} became older`)
    if (history && !history.has(row)) say(`message ${row.seq} is of another history than ${epoch}`)
  })
  const end = held.messages.at(-1)?.seq ?? 0
  if (end > held.lastSeq) say(`the window ends at ${end}, behind the last place ${held.lastSeq}`)
}

/** Sends, edits, deletes, retries and withdraws messages, answers these operations, and checks windows and outcomes. */
export const messages: SimulatorFeature = {
  actions: writing,
  operations,
  changedSince: (_, room, since) => {
    const rows = room.messages.filter((row) => row.rev > since)
    return { rows: { messages: rows }, userIds: rows.map((row) => row.senderId) }
  },
  checkState,
  checkRoom,
  checkEnd: checkSendings,
}

/**
 * Loads pages of the history in a tab. Apart from `messages`, because the order of the actions decides what a seed
 * does.
 */
export const messageHistory: SimulatorFeature = { actions: loading }
