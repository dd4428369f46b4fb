import type { Payload } from '@parley/protocol'
import type { Namespace, Socket } from 'socket.io'
import type { Identity } from '../../auth/authenticate.ts'
import { mergeRanges, type ReceivedRange, type ReportDelivered } from '../../core/foreign-position.ts'
import { slicesOf } from '../../core/limits/answer-budget.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import { whenReceived } from '../../engine/received.ts'
import { foreignRoom, holdingRoom } from './foreign-rooms.ts'

interface ForeignReceiptOptions {
  dialects: readonly Dialect[]
  reportDelivered: ReportDelivered
  /** Milliseconds from a message to the ping that asks whether it was received, and between two such pings. */
  receivedMs: number
}

/**
 * Reports messages as delivered for foreign clients, which send no such receipts. The server pings them, which every
 * client answers by itself, and reports only messages that were written before a ping that was answered.
 */
export interface ForeignReceipts {
  /** Call this when messages were written to all sockets that hear their conversation. */
  sent(change: Payload<'message.created'>): void
  /** Call this when all messages of others in this range were written to this socket. */
  written(socket: Socket, conversationId: string, range: ReceivedRange): void
}

/** The last message of a conversation since the last pings; its sender, if all messages since were by one user. */
interface Last {
  seq: number
  senderId: string | undefined
}

type Ranges = Map<string, ReceivedRange>

/** The most sockets that are pinged in one slice. */
const mostAtOnce = 100

/**
 * Makes the receipts of a namespace. `receivedMs` after a message it pings each socket that got one, and once the ping
 * is answered, calls `reportDelivered` for each conversation. A socket that closes first reports nothing. If all
 * messages of a conversation since the last pings are by one user, the sockets of that user are not asked about it.
 */
export function createForeignReceipts(namespace: Namespace, options: ForeignReceiptOptions): ForeignReceipts {
  let last = new Map<string, Last>()
  /** What the next ping of each socket will confirm. */
  const open = new Map<Socket, Ranges>()
  const asked = new WeakSet<Socket>()
  let isScheduled = false

  const schedule = () => {
    if (isScheduled) return
    isScheduled = true
    setTimeout(() => {
      isScheduled = false
      void askAll().then(() => {
        if (open.size > 0) schedule()
      })
    }, options.receivedMs).unref()
  }

  const askAll = async () => {
    const spoken = last
    last = new Map()
    for (const [conversationId, place] of spoken) {
      for (const socket of hearersOf(namespace, options.dialects, conversationId, place)) {
        note(open, socket, conversationId, { after: 0, upTo: place.seq })
      }
    }
    for (const some of slicesOf([...open.keys()], mostAtOnce)) {
      for (const socket of some) if (!asked.has(socket)) ask(socket)
      await sliceOrder.next()
    }
  }

  const ask = (socket: Socket) => {
    const ranges = open.get(socket) ?? new Map<string, ReceivedRange>()
    open.delete(socket)
    asked.add(socket)
    void whenReceived(socket.conn).then((isReceived) => {
      asked.delete(socket)
      const { user } = socket.data.identity as Identity
      if (isReceived) for (const [id, range] of ranges) options.reportDelivered(user.id, id, range)
      else open.delete(socket)
    })
  }

  return {
    sent: ({ conversationId, messages = [] }) => {
      for (const { seq, senderId } of messages) {
        const before = last.get(conversationId)
        const isByOne = before === undefined || before.senderId === senderId
        last.set(conversationId, { seq, senderId: isByOne ? senderId : undefined })
      }
      schedule()
    },
    written: (socket, conversationId, range) => {
      note(open, socket, conversationId, range)
      schedule()
    },
  }
}

function note(open: Map<Socket, Ranges>, socket: Socket, conversationId: string, range: ReceivedRange): void {
  const ranges = open.get(socket) ?? new Map<string, ReceivedRange>()
  open.set(socket, ranges.set(conversationId, mergeRanges(range, ranges.get(conversationId))))
}

/**
 * The sockets to which the message was written: not those whose replay is still running, and not those of its sender.
 */
function hearersOf(
  { adapter, sockets }: Namespace,
  dialects: readonly Dialect[],
  id: string,
  { senderId }: Last,
): Socket[] {
  const rooms = dialects.map((dialect) => adapter.rooms.get(foreignRoom(dialect, { kind: 'conversation', id })))
  const ids = new Set(rooms.flatMap((room) => [...(room ?? [])]))
  return [...ids].flatMap((socketId) => {
    const socket = sockets.get(socketId)
    const identity: Identity | undefined = socket?.data.identity
    const isHolding = adapter.rooms.get(holdingRoom)?.has(socketId)
    return socket && identity && identity.user.id !== senderId && !isHolding ? [socket] : []
  })
}
