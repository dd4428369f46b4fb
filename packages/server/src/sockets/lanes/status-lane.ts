import type { Logger } from 'pino'
import type { Namespace, Socket } from 'socket.io'
import type { Delivery, MovedReceipt } from '../../core/delivery.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import type { Dialect, MessagePlace, StatusChange } from '../../dialects/dialect.ts'
import type { Store } from '../../storage/store.ts'
import { foreignRoom } from '../foreign/foreign-rooms.ts'
import { createLane } from './lane.ts'

/**
 * `messages`: the most, and so the latest, that one move of a position reports. `atOnce`: messages that are read in one
 * slice.
 */
const most = { messages: 1_000, atOnce: 100 }

interface Noted {
  dialect: Dialect
  delivery: Delivery<'receipt.updated'>
}

/**
 * Sends senders the status of each of their messages that was delivered or read, in the vocabularies that have an event
 * for that. A receipt only has positions, so the messages that a position passed must be looked up.
 */
export interface StatusLane {
  add(dialect: Dialect, delivery: Delivery): void
}

/**
 * Makes the lane for the sockets of a namespace. Its `add` takes receipts and ignores all other events. It looks up the
 * messages later, at most the last 1,000 that a receipt passed, and sends only to senders who still hear the
 * conversation. If that fails, it is logged and not tried again.
 */
export function createStatusLane(namespace: Namespace, store: Store, log: Logger): StatusLane {
  const lane = createLane<Noted>((noted) => sendStatuses(namespace, store, noted), log, 'statuses were not told')
  return {
    add: (dialect, delivery) => {
      if (delivery.name === 'receipt.updated') lane.add({ dialect, delivery })
    },
  }
}

async function sendStatuses(namespace: Namespace, store: Store, { dialect, delivery }: Noted) {
  const { audience, payload } = delivery
  if (!('membershipRev' in audience)) return
  const before = new Map((audience.about.moved ?? []).map((moved) => [moved.userId, moved]))
  const moves = payload.receipts.flatMap((receipt) => {
    const moved = before.get(receipt.userId)
    return moved ? changesOf(receipt, moved) : []
  })
  if (moves.length === 0) return
  const spared = new Set([audience.except ?? []].flat().map(({ id }) => id))
  const upTo = Math.max(...moves.map((move) => move.upTo))
  const first = Math.max(Math.min(...moves.map((move) => move.after)), upTo - most.messages)
  for (let after = first; after < upTo; after += most.atOnce) {
    if (after > first) await sliceOrder.next()
    const read = await store.messageHistory.after(payload.conversationId, after, Math.min(most.atOnce, upTo - after))
    const places = read.flatMap((row): MessagePlace[] =>
      row.deleted_at === null && row.seq <= upTo ? [{ id: row.id, seq: row.seq, senderId: row.sender_id }] : [],
    )
    for (const change of changesFor(payload.conversationId, moves, places)) {
      if (spared.has(change.senderId)) continue
      // Most senders have no foreign socket, and a vocabulary has many words for one change.
      const hearers = [...socketsOf(namespace, dialect, change)]
      if (hearers.length === 0) continue
      for (const { event, payload: told } of dialect.statuses?.(change, audience.about) ?? []) {
        for (const socket of hearers) socket.emit(event, told)
      }
    }
  }
}

/** For each sender, those of these messages that each move of a position passed. */
const changesFor = (conversationId: string, moves: readonly Move[], places: readonly MessagePlace[]) =>
  moves.flatMap(({ userId, status, at, ...move }) => {
    const passed = places.filter(({ seq, senderId }) => seq > move.after && seq <= move.upTo && senderId !== userId)
    return [...Map.groupBy(passed, (place) => place.senderId)].map(
      ([senderId, messages]): StatusChange & { senderId: string } => {
        return { conversationId, senderId, userId, status, at, messages }
      },
    )
  })

interface Move extends Pick<StatusChange, 'userId' | 'status' | 'at'> {
  after: number
  upTo: number
}

/** The moves of the two positions, delivered before read, because a message is delivered first. */
function changesOf(now: { readSeq: number; deliveredSeq: number }, { userId, at, ...before }: MovedReceipt): Move[] {
  const moves: Move[] = [
    { userId, at, status: 'delivered', after: before.deliveredSeq, upTo: now.deliveredSeq },
    { userId, at, status: 'read', after: before.readSeq, upTo: now.readSeq },
  ]
  return moves.filter(({ after, upTo }) => upTo > after)
}

/** The sockets of the sender that hear the conversation. A sender who has left it gets no more statuses. */
function* socketsOf(
  { adapter, sockets }: Namespace,
  dialect: Dialect,
  { conversationId, senderId: userId }: { conversationId: string; senderId: string },
): Generator<Socket> {
  const hearing = adapter.rooms.get(foreignRoom(dialect, { kind: 'conversation', id: conversationId }))
  for (const id of adapter.rooms.get(foreignRoom(dialect, { kind: 'user', id: userId })) ?? []) {
    const socket = hearing?.has(id) ? sockets.get(id) : undefined
    if (socket) yield socket
  }
}
