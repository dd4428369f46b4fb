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
 * Brings a socket, which keeps no position, what no device of its user has received, in order and in its own words; then
 * what happened meanwhile, and from then on what happens.
 */
export async function replayMissed(
  replay: Replay,
  { readMissed, receipts }: { readMissed: ReadMissed; receipts: ForeignReceipts },
): Promise<void> {
  const { socket, userId, gate, hearing, isOpen } = replay
  try {
    for await (const missed of readMissed(userId)) {
      // It may have gone meanwhile, or its user been removed: what was read by then is not written.
      const { conversationId } = missed.change
      if (!isOpen()) return
      if (!hearing.hears(conversationId)) continue
      write(replay, missed)
      gate.replayed(conversationId, missed.upTo)
      receipts.written(socket, conversationId, missed.upTo)
      await drained(socket.conn)
    }
  } finally {
    gate.open()
  }
}

/** All of a piece at once: the parts of its messages stand together beside them. */
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
