import type { Socket } from 'socket.io'
import type { Delivery } from '../../core/delivery.ts'
import type { MissedMessages, ReadMissed } from '../../core/foreign-position.ts'
import type { Lent } from '../../dialects/dialect.ts'
import { drained } from '../../engine/outgoing-limit.ts'
import type { ForeignGate } from './foreign-gate.ts'
import type { ForeignHearing } from './foreign-hearing.ts'
import type { ForeignReceipts } from './foreign-receipts.ts'
import { translate } from './foreign-words.ts'

interface Replay {
  socket: Socket
  userId: string
  hearing: ForeignHearing
  gate: ForeignGate
  lent: Lent
  isOpen(): boolean
}

/**
 * Writes to a socket, which keeps no position, the messages that no device of its user has received, in order and in
 * its own words, and notes them in the gate and the receipts. Skips conversations that the socket does not hear, and
 * stops, without rejecting, once the socket is closed. Then it opens the gate, also if the read fails; with that error
 * it rejects.
 */
export async function replayMissed(
  replay: Replay,
  { readMissed, receipts }: { readMissed: ReadMissed; receipts: ForeignReceipts },
): Promise<void> {
  const { socket, userId, gate, hearing, isOpen } = replay
  try {
    for await (const missed of readMissed(userId)) {
      // The socket may have closed during the read, or its user may have been removed from the conversation.
      const { conversationId } = missed.change
      if (!isOpen()) return
      if (!hearing.hears(conversationId)) continue
      write(replay, missed)
      gate.replayed(conversationId, missed.upTo)
      receipts.written(socket, conversationId, missed)
      await drained(socket.conn)
    }
  } finally {
    gate.open()
  }
}

/** Writes a piece as one event, because the rows beside its messages are for all of them together. */
function write({ socket, hearing, lent }: Replay, { change, about }: MissedMessages): void {
  const delivery: Delivery = {
    name: 'message.created',
    payload: change,
    audience: { channels: [{ kind: 'conversation', id: change.conversationId }], membershipRev: 0, about },
  }
  for (const dialect of hearing.vocabulary()) {
    for (const { event, payload } of translate(dialect, delivery, lent)) socket.emit(event, payload)
  }
}
