import type { Logger } from 'pino'
import type { Namespace, Socket } from 'socket.io'
import type { Delivery, MovedReceipt } from '../../core/delivery.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import type { Dialect, MessagePlace, StatusChange } from '../../dialects/dialect.ts'
import type { Store } from '../../storage/store.ts'
import { foreignRoom } from './foreign-rooms.ts'

/** Of one move of a mark the latest messages are told, and of many moves so many wait. */
const most = { messages: 100, waiting: 1_000 }

type Moved = Delivery<'receipt.updated'>

/**
 * Tells senders which of their messages were delivered or read, in the vocabularies that have a word for each. Marks say
 * how far somebody is; the messages that a mark passed must be looked up, and nothing waits for that: it has a queue of its
 * own, whose oldest entries are dropped when there are too many.
 */
export interface StatusLane {
  add(dialect: Dialect, delivery: Delivery): void
}

export function createStatusLane(namespace: Namespace, store: Store, log: Logger): StatusLane {
  const waiting: { dialect: Dialect; delivery: Moved }[] = []
  let isRunning = false

  const run = async () => {
    isRunning = true
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await sliceOrder.next()
      await tell(namespace, store, next).catch((err: unknown) => log.warn({ err }, 'statuses were not told'))
    }
    isRunning = false
  }

  return {
    add: (dialect, delivery) => {
      if (delivery.name !== 'receipt.updated') return
      waiting.push({ dialect, delivery })
      if (waiting.length > most.waiting) waiting.shift()
      if (!isRunning) void run()
    },
  }
}

async function tell(namespace: Namespace, store: Store, { dialect, delivery }: { dialect: Dialect; delivery: Moved }) {
  const { audience, payload } = delivery
  if (!('membershipRev' in audience) || !dialect.statuses) return
  const { conversationId, receipts } = payload
  const before = new Map((audience.about.moved ?? []).map((moved) => [moved.userId, moved]))
  const moves = receipts.flatMap((receipt) => {
    const moved = before.get(receipt.userId)
    return moved ? changesOf(receipt, moved) : []
  })
  const upTo = Math.max(...moves.map((move) => move.upTo))
  const after = Math.max(Math.min(...moves.map((move) => move.after)), upTo - most.messages)
  if (moves.length === 0) return
  const read = await store.messageHistory.after(conversationId, after, upTo - after)
  const places = read.flatMap((row): MessagePlace[] =>
    row.deleted_at === null && row.seq <= upTo ? [{ id: row.id, seq: row.seq, senderId: row.sender_id }] : [],
  )
  const spared = new Set([audience.except ?? []].flat().map(({ id }) => id))
  for (const { userId, status, at, ...move } of moves) {
    const passed = places.filter(({ seq, senderId }) => seq > move.after && seq <= move.upTo && senderId !== userId)
    for (const [senderId, messages] of Map.groupBy(passed, (place) => place.senderId)) {
      if (spared.has(senderId)) continue
      const change: StatusChange = { conversationId, userId, status, at, messages }
      for (const { event, payload: told } of dialect.statuses(change, audience.about)) {
        for (const socket of socketsOf(namespace, dialect, conversationId, senderId)) socket.emit(event, told)
      }
    }
  }
}

interface Move extends Pick<StatusChange, 'userId' | 'status' | 'at'> {
  after: number
  upTo: number
}

/** What is read was delivered before. */
function changesOf(now: { readSeq: number; deliveredSeq: number }, { userId, at, ...before }: MovedReceipt): Move[] {
  const moves: Move[] = [
    { userId, at, status: 'delivered', after: before.deliveredSeq, upTo: now.deliveredSeq },
    { userId, at, status: 'read', after: before.readSeq, upTo: now.readSeq },
  ]
  return moves.filter(({ after, upTo }) => upTo > after)
}

/** The sockets of somebody that hear the conversation: who has left it is told no more of it. */
function* socketsOf(
  { adapter, sockets }: Namespace,
  dialect: Dialect,
  conversationId: string,
  userId: string,
): Generator<Socket> {
  const hearing = adapter.rooms.get(foreignRoom(dialect, { kind: 'conversation', id: conversationId }))
  for (const id of adapter.rooms.get(foreignRoom(dialect, { kind: 'user', id: userId })) ?? []) {
    const socket = hearing?.has(id) ? sockets.get(id) : undefined
    if (socket) yield socket
  }
}
