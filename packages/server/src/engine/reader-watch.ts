import { type EngineConnection, takenBytes } from './connection.ts'

/**
 * A connection has stalled after this many checks without progress. Checks are counted instead of time, because a
 * blocked process cannot see what the network takes: however long it is blocked, the timer then fires only once.
 */
const checksPerStall = 10
/**
 * When a lag ends, buffers of the network can still hold ten megabytes before the ping, and the server cannot see how
 * much of them the client has read. For this many `stallMs` more, its ping is not overdue. Socket.IO's client gives up
 * earlier, after 45 s.
 */
const stallsAfterLag = 3

interface Reader {
  /** The bytes that the network had taken at the last check. */
  taken: number | undefined
  /** Consecutive checks without progress. */
  idleChecks: number
  /** Infinite while the connection lags. */
  checksLeft: number
}

export interface ReaderWatch {
  /** Call when the connection begins to lag. */
  begin(connection: EngineConnection): void
  /** Call when the connection keeps up again. */
  end(connection: EngineConnection): void
}

/**
 * Watches connections from `begin` on: calls `cut`, which must close the connection, when the network takes none of its
 * data for `stallMs` before `end`. Meanwhile, and for three times `stallMs` after `end`, it postpones Engine.IO's ping
 * timeout: a slow client reaches the ping late, and its answer is not read while it lags. It does neither for long
 * polling, whose progress is not visible. Closing the connection ends its watch.
 */
export function createReaderWatch(stallMs: number, cut: (connection: EngineConnection) => void): ReaderWatch {
  const readers = new WeakMap<EngineConnection, Reader>()

  const start = (connection: EngineConnection): Reader => {
    const reader = { taken: takenBytes(connection), idleChecks: 0, checksLeft: Number.POSITIVE_INFINITY }
    const stop = () => {
      clearInterval(timer)
      readers.delete(connection)
      connection.off('close', stop)
    }
    const check = () => {
      if (--reader.checksLeft < 0) return stop()
      if (hasStalled(connection, reader)) return cut(connection)
      // Progress of long polling is not visible: such a client must answer the ping in time.
      if (reader.taken !== undefined) connection.pingTimeoutTimer?.refresh()
    }
    const timer = setInterval(check, stallMs / checksPerStall).unref()
    connection.on('close', stop)
    readers.set(connection, reader)
    return reader
  }

  return {
    begin: (connection) => {
      const reader = readers.get(connection) ?? start(connection)
      reader.idleChecks = 0
      reader.checksLeft = Number.POSITIVE_INFINITY
    },
    end: (connection) => {
      const reader = readers.get(connection)
      if (reader) reader.checksLeft = stallsAfterLag * checksPerStall
    },
  }
}

function hasStalled(connection: EngineConnection, reader: Reader): boolean {
  const before = reader.taken
  reader.taken = takenBytes(connection)
  const isLagging = reader.checksLeft === Number.POSITIVE_INFINITY
  const isIdle = isLagging && reader.taken !== undefined && reader.taken === before
  reader.idleChecks = isIdle ? reader.idleChecks + 1 : 0
  // One more, because the first check may have run late, before this process could see what the network took.
  return reader.idleChecks > checksPerStall
}
