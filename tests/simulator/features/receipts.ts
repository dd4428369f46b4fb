import type { Membership, Payload } from '@parley/protocol'
import type { ConversationState } from '../../../packages/client/src/chat-state.ts'
import { type ModelOperations, type ModelRun, reach } from '../model-run.ts'
import { type ModelRoom, unreadOf } from '../model-world.ts'
import type { Simulation } from '../simulation.ts'
import type { Actions, Say, SimulatorFeature, StateChange } from '../simulator-feature.ts'
import type { VirtualTab } from '../virtual-tab.ts'

const lastSeqOf = (tab: VirtualTab, roomId: string) => tab.chat.store.getState().conversations[roomId]?.lastSeq ?? 0

const reading: Actions = {
  read: [5, (_, tab, roomId, n) => tab.markRead(roomId, n % (1 + lastSeqOf(tab, roomId)))],
  'read all': [3, (_, tab, roomId) => tab.markRead(roomId, lastSeqOf(tab, roomId))],
}

const operations: ModelOperations = {
  'receipt.read': (run, { conversationId, seq }) => advance(run, conversationId, seq, true),
  'receipt.delivered': (run, { conversationId, seq }) => advance(run, conversationId, seq, false),
}

function advance(run: ModelRun, conversationId: string, given: number, isRead: boolean) {
  const room = reach(run, conversationId)
  const mine = room.memberships.get(run.userId) as Membership
  const seq = Math.min(given, room.messages.length)
  const readSeq = isRead ? Math.max(mine.readSeq, seq) : mine.readSeq
  const deliveredSeq = Math.max(mine.deliveredSeq, readSeq, seq)
  const receipt = { userId: run.userId, readSeq, deliveredSeq }
  if (readSeq === mine.readSeq && deliveredSeq === mine.deliveredSeq) return { receipt }
  const row = { ...mine, readSeq, deliveredSeq }
  room.memberships.set(run.userId, row)
  if (readSeq > mine.readSeq) {
    const rev = run.world.nextAccountRev(run.userId, room.id)
    const payload: Payload<'account.updated'> = { rev, memberships: [row], summaries: [] }
    run.deliveries.push({ name: 'account.updated', payload, userIds: [run.userId] })
  }
  const payload: Payload<'receipt.updated'> = { conversationId, receipts: [receipt] }
  run.deliveries.push({ name: 'receipt.updated', payload, userIds: run.world.activeIn(room) })
  return { receipt }
}

function checkState({ held, old, me }: StateChange, say: Say): void {
  if (held.unread < 0 || held.unread > 100) say(`${held.unread} unread`)
  if (!old?.memberships[me]) return
  for (const [userId, { readSeq, deliveredSeq }] of Object.entries(held.memberships)) {
    const before = old.memberships[userId]
    if (before && readSeq < before.readSeq) say(`what ${userId} has read went back to ${readSeq}`)
    if (before && deliveredSeq < before.deliveredSeq) say(`what reached ${userId} went back to ${deliveredSeq}`)
  }
}

const readUpTo = (mine: Membership | undefined) => Math.max(mine?.readSeq ?? 0, mine?.joinedSeq ?? 0)

function checkRoom(room: ModelRoom, held: ConversationState, userId: string, say: Say): void {
  const mine = room.memberships.get(userId)
  if (mine && held.unread !== unreadOf(room, mine)) say(`${held.unread} unread instead of ${unreadOf(room, mine)}`)
  if (held.recount) say('still waits for a count')
  const own = held.memberships[userId]
  if (readUpTo(own) !== readUpTo(mine)) say(`has read up to ${readUpTo(own)} of ${readUpTo(mine)}`)
}

/** Checks that no read position is higher than the user has ever marked in this history. */
function checkMarks(simulation: Simulation): void {
  const { world } = simulation.server
  for (const room of world.rooms.values()) {
    for (const { userId, readSeq } of room.memberships.values()) {
      const most = world.marked.get(`${userId} ${room.id}`) ?? 0
      if (readSeq > most) simulation.blame(userId, `has read ${room.id} up to ${readSeq}, and marked only ${most}`)
    }
  }
}

export const receipts: SimulatorFeature = { actions: reading, operations, checkState, checkRoom, checkEnd: checkMarks }
