import type { Socket } from 'socket.io'
import type { Delivery } from '../../core/delivery.ts'
import type { Dialect, Lent } from '../../dialects/dialect.ts'
import { hangUp } from '../hang-up.ts'
import type { ForeignHearing } from './foreign-hearing.ts'
import { holdingRoom, joinedRoom, replayedRoom } from './foreign-rooms.ts'
import { translate } from './foreign-words.ts'

/** So much may happen while a socket is brought what it missed; one for which more waits comes again. */
const mostHeld = 5_000

/**
 * Puts what a socket missed and what happens meanwhile into one order. While it is brought what it missed, everything else
 * waits. A message that was brought may still be on its way to all who hear the conversation: it does not pass again.
 */
export interface ForeignGate {
  /** Takes an event that this socket hears; it is written in its turn. */
  take(delivery: Delivery, dialect: Dialect): void
  /** Everything of others up to this place has been written to the socket. */
  replayed(conversationId: string, seq: number): void
  /** From now on events pass, those that waited first. */
  open(): void
}

interface GateOptions {
  userId: string
  hearing: ForeignHearing
  lent: Lent
  /** Messages up to this place went through. */
  written(conversationId: string, seq: number): void
}

/** Holds everything that comes for the socket, until it is opened. */
export function createForeignGate(socket: Socket, { userId, hearing, lent, written }: GateOptions): ForeignGate {
  const replayed = new Map<string, number>()
  let held: [Delivery, Dialect][] | undefined = []
  void socket.join(holdingRoom)

  const pass = (delivery: Delivery, dialect: Dialect) => {
    const conversationId = conversationOf(delivery)
    // Somebody who was removed meanwhile is told no more of it.
    if (conversationId !== undefined && !hearing.hears(conversationId)) return
    const rest = withoutReplayed(delivery, userId, replayed)
    // It may have said since which vocabulary it speaks.
    if (!rest || !hearing.vocabulary().includes(dialect)) return
    for (const { event, payload, to } of translate(dialect, rest, lent)) {
      const isForOthers = to === 'joined' && !socket.rooms.has(joinedRoom(dialect, conversationId ?? ''))
      if (!isForOthers) socket.emit(event, payload)
    }
    if (rest.name !== 'message.created') return
    const seqs = (rest.payload.messages ?? []).flatMap(({ seq, senderId }) => (senderId === userId ? [] : seq))
    if (seqs.length > 0) written(rest.payload.conversationId, Math.max(...seqs))
  }

  /** Nothing that was brought can come after this message, so its conversation needs no gate any more. */
  const forgetBehind = ({ name, payload }: Delivery) => {
    if (name !== 'message.created') return
    const { conversationId, messages = [] } = payload
    const upTo = replayed.get(conversationId)
    if (upTo === undefined || !messages.some(({ seq }) => seq > upTo)) return
    // After this turn: in another vocabulary the same delivery is still to come.
    queueMicrotask(() => {
      replayed.delete(conversationId)
      void socket.leave(replayedRoom(conversationId))
    })
  }

  return {
    take: (delivery, dialect) => {
      if (!held) {
        pass(delivery, dialect)
        return forgetBehind(delivery)
      }
      held.push([delivery, dialect])
      if (held.length > mostHeld) hangUp(socket.conn, 'Too much was missed.')
    },
    replayed: (conversationId, seq) => {
      replayed.set(conversationId, seq)
      if (socket.connected) void socket.join(replayedRoom(conversationId))
    },
    open: () => {
      const waiting = held ?? []
      held = undefined
      void socket.leave(holdingRoom)
      if (socket.connected) for (const [delivery, dialect] of waiting) pass(delivery, dialect)
    },
  }
}

const conversationOf = ({ audience }: Delivery): string | undefined =>
  'membershipRev' in audience ? audience.channels[0].id : undefined

/** What is left of a delivery without messages that were brought already; undefined if nothing is. */
function withoutReplayed(
  delivery: Delivery,
  userId: string,
  replayed: ReadonlyMap<string, number>,
): Delivery | undefined {
  if (delivery.name !== 'message.created') return delivery
  const { conversationId, messages = [] } = delivery.payload
  const upTo = replayed.get(conversationId)
  if (upTo === undefined) return delivery
  const rest = messages.filter(({ seq, senderId }) => seq > upTo || senderId === userId)
  return rest.length === 0 ? undefined : { ...delivery, payload: { ...delivery.payload, messages: rest } }
}
