import type { Socket } from 'socket.io'
import type { Delivery } from '../../core/delivery.ts'
import type { Dialect, Lent } from '../../dialects/dialect.ts'
import { hangUp } from '../hang-up.ts'
import type { ForeignHearing } from './foreign-hearing.ts'
import { holdingRoom, joinedRoom, replayedRoom } from './foreign-rooms.ts'
import { translate } from './foreign-words.ts'

/** The most events that may wait during a replay. A socket for which more wait is closed, and connects again. */
const mostHeld = 5_000

/**
 * Puts the messages that a socket missed, and the events that happen during their replay, into one order: during the
 * replay, events wait. A message of the replay may still be delivered as an event: then the gate drops it.
 */
export interface ForeignGate {
  /** Takes an event that this socket hears; writes it now, or when the gate opens. */
  take(delivery: Delivery, dialect: Dialect): void
  /** Call this when all messages of others up to this `seq` have been written to the socket by the replay. */
  replayed(conversationId: string, seq: number): void
  /** Writes the events that waited, and lets later ones pass. */
  open(): void
}

interface GateOptions {
  userId: string
  hearing: ForeignHearing
  lent: Lent
  /** Called when messages of others up to this `seq` were written. */
  written(conversationId: string, seq: number): void
}

/**
 * Makes a closed gate: events for the socket wait in it until `open`, which must be called also if the replay fails.
 * It drops those of conversations that the socket hears no longer by then, and the messages that the replay has
 * written (`replayed`). If more than 5,000 wait, the transport of the socket is closed, and the client connects again.
 */
export function createForeignGate(socket: Socket, { userId, hearing, lent, written }: GateOptions): ForeignGate {
  const replayed = new Map<string, number>()
  let held: [Delivery, Dialect][] | undefined = []
  void socket.join(holdingRoom)

  const pass = (delivery: Delivery, dialect: Dialect) => {
    const conversationId = conversationOf(delivery)
    // A user who was removed meanwhile gets no more events of the conversation.
    if (conversationId !== undefined && !hearing.hears(conversationId)) return
    const rest = withoutReplayed(delivery, userId, replayed)
    // The socket may have decided for another vocabulary since.
    if (!rest || !hearing.vocabulary().includes(dialect)) return
    for (const { event, payload, to } of translate(dialect, rest, lent)) {
      const isForOthers = to === 'joined' && !socket.rooms.has(joinedRoom(dialect, conversationId ?? ''))
      if (!isForOthers) socket.emit(event, payload)
    }
    if (rest.name !== 'message.created') return
    const seqs = (rest.payload.messages ?? []).flatMap(({ seq, senderId }) => (senderId === userId ? [] : seq))
    if (seqs.length > 0) written(rest.payload.conversationId, Math.max(...seqs))
  }

  /**
   * After a message behind the replay, no message of the replay can come any more: the conversation needs no gate then.
   */
  const forgetBehind = ({ name, payload }: Delivery) => {
    if (name !== 'message.created') return
    const { conversationId, messages = [] } = payload
    const upTo = replayed.get(conversationId)
    if (upTo === undefined || !messages.some(({ seq }) => seq > upTo)) return
    // After this turn, because the same delivery is still to come in another vocabulary.
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

/** A delivery without the messages of the replay; undefined if no message is left. */
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
