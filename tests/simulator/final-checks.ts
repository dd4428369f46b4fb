import type { Membership } from '@parley/protocol'
import type { ConversationState } from '../../packages/client/src/chat-state.ts'
import { type ModelRoom, unreadOf } from './model-world.ts'
import type { Simulation } from './simulation.ts'
import type { Sending, VirtualTab } from './virtual-tab.ts'

/** What a tab holds is what the server has. */
export function checkTab(simulation: Simulation, tab: VirtualTab): void {
  const { world } = simulation.server
  const { userId } = tab.browser
  const state = tab.chat.store.getState()
  const say = (what: string) => simulation.blame(tab.name, what)
  if (state.status !== 'online') say(`is ${state.status} at the end (${state.problem?.message})`)
  if (state.epoch !== world.epoch) say(`is in ${state.epoch}`)
  if (state.rev !== world.accounts.get(userId)) say(`holds the account at ${state.rev}`)
  for (const room of world.rooms.values()) {
    const held = state.conversations[room.id]
    const standing = world.stateOf(room, userId)
    const isIn = standing === 'active' || standing === 'invited'
    if (!held !== !isIn) say(`${held ? 'holds' : 'lacks'} ${room.id}, in which the person is ${standing}`)
    else if (held && standing === 'active') checkRoom(room, held, userId, (what) => say(`${room.id}: ${what}`))
  }
}

function checkRoom(room: ModelRoom, held: ConversationState, userId: string, say: (what: string) => void): void {
  const mine = room.memberships.get(userId)
  if (held.rev !== room.rev) say(`holds position ${held.rev} of ${room.rev}`)
  if (held.conversation.name !== room.name) say(`is called ${held.conversation.name} instead of ${room.name}`)
  if (held.lastSeq !== room.messages.length) say(`ends at ${held.lastSeq} of ${room.messages.length}`)
  if (held.lastMessage !== (room.messages.at(-1) ?? null)) say('shows another last message')
  const wrong = held.messages.find((row) => row !== room.messages[row.seq - 1])
  if (wrong) say(`message ${wrong.seq} differs`)
  const end = held.messages.at(-1)?.seq ?? 0
  if (held.messagesLoaded && held.hasAfter !== end < room.messages.length)
    say(`says ${held.hasAfter} for more after ${end}`)
  if (held.messagesLoaded && held.hasBefore !== (held.messages[0]?.seq ?? 1) > 1)
    say(`says ${held.hasBefore} for more before ${held.messages[0]?.seq}`)
  if (mine && held.unread !== unreadOf(room, mine)) say(`${held.unread} unread instead of ${unreadOf(room, mine)}`)
  if (held.recount) say('still waits for a count')
  for (const row of held.pending) if (row.status !== 'failed') say(`${JSON.stringify(row.body)} is still ${row.status}`)
  const own = held.memberships[userId]
  if (readUpTo(own) !== readUpTo(mine)) say(`has read up to ${readUpTo(own)} of ${readUpTo(mine)}`)
  for (const row of room.memberships.values()) {
    const known = held.memberships[row.userId]
    if (!known && !(held.membershipsLoaded && row.state === 'active')) continue
    if (known?.state !== row.state || known.role !== row.role) say(`${row.userId} is ${known?.state} there`)
  }
}

const readUpTo = (mine: Membership | undefined) => Math.max(mine?.readSeq ?? 0, mine?.joinedSeq ?? 0)

const textOf = ({ body }: { body: { kind: string; text?: string } | null }) => body?.text

/** Nobody is said to have read what they never marked in this history. */
export function checkMarks(simulation: Simulation): void {
  const { world } = simulation.server
  for (const room of world.rooms.values()) {
    for (const { userId, readSeq } of room.memberships.values()) {
      const most = world.marked.get(`${userId} ${room.id}`) ?? 0
      if (readSeq > most) simulation.blame(userId, `has read ${room.id} up to ${readSeq}, and marked only ${most}`)
    }
  }
}

/** Every message met its fate, and its sender was told the truth. */
export function checkSendings(simulation: Simulation): void {
  const { world } = simulation.server
  const sent = [...world.sent.values()].map((sent) => textOf({ body: JSON.parse(sent)[3] }))
  const counts = new Map<string | undefined, number>()
  for (const text of sent) counts.set(text, (counts.get(text) ?? 0) + 1)
  for (const tab of simulation.tabs) {
    for (const sending of tab.sendings) checkSending(simulation, sending, counts.get(sending.text) ?? 0)
    checkOrder(simulation, tab)
  }
}

function checkSending(simulation: Simulation, sending: Sending, stored: number): void {
  const { tab, text, handle, message } = sending
  const say = (what: string) => simulation.blame(tab.name, `${text} ${what}`)
  if (stored > 1) say(`is stored ${stored} times`)
  if (message && stored === 0 && !simulation.hasRestored) say('was acknowledged and is not stored')
  if (handle.status === 'cancelled' && stored > 0) say('was withdrawn and is stored')
  if (!tab.isAlive) {
    checkLeft(simulation, sending, stored)
    return
  }
  const { status } = handle
  if (status === 'queued' || status === 'sending') say(`is still ${status}`)
  if (status === 'sent' && !message && !sending.wasRefused) say('is sent, but its promise does not say so')
}

/** What a closed tab left unsent was sent by another one, or waits there for the person. */
function checkLeft(simulation: Simulation, { tab, handle, text, wasToBeWithdrawn }: Sending, stored: number): void {
  const { storage } = tab.browser
  if (stored > 0 || wasToBeWithdrawn || simulation.hasRestored || handle.status === 'sent') return
  const say = (what: string) => simulation.blame(tab.name, `${text} ${what}`)
  const entry = storage.entries.get(handle.id)
  if (storage.written.has(handle.id)) {
    if (!entry) say('was left unsent and is gone')
    else if (!entry.error) say('was left unsent and nobody sends it')
    return
  }
  // A tab that dies before it can write loses it, as does one that never learned whose messages it has.
  if (tab.wasClosed && tab.chat.store.getState().me) say('was not kept')
}

/** What one tab sent to one room stands there in the order of sending. */
function checkOrder(simulation: Simulation, tab: VirtualTab): void {
  const last = new Map<string, number>()
  for (const { handle, conversationId, wasRefused, text } of tab.sendings) {
    const seq = simulation.server.world.messages.get(handle.id)?.seq
    if (seq === undefined || wasRefused) continue
    if (seq < (last.get(conversationId) ?? 0)) simulation.blame(tab.name, `${text} overtook an earlier message`)
    last.set(conversationId, seq)
  }
}
