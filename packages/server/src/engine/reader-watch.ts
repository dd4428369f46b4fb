import { type EngineConnection, takenBytes } from './connection.ts'

/**
 * A stall lasts so many looks. Looks are counted, and not time: while this process stands still it cannot see what the
 * network takes, and however long that lasts, the timer runs once.
 */
const looksPerStall = 10
/**
 * When a lag ends, the network still holds up to ten megabytes, and the ping comes behind them. How much of them the client
 * has read is not visible. It has this long to reach the ping; Socket.IO's client gives up by itself before that, after 45 s.
 */
const stallsAfterLag = 3

interface Reader {
  /** What the network had taken at the last look. */
  taken: number | undefined
  /** Looks in a row that found nothing new taken. */
  idleLooks: number
  looksLeft: number
}

export interface ReaderWatch {
  /** The connection lags from now on. */
  begin(connection: EngineConnection): void
  /** The connection keeps up again. */
  end(connection: EngineConnection): void
}

/**
 * Cuts a connection that lags when the network takes nothing of it for `stallMs`. A client that reads slowly is kept: it
 * gets to the ping late, and its answer is not read while it lags, so Engine.IO would close it.
 */
export function createReaderWatch(stallMs: number, cut: (connection: EngineConnection) => void): ReaderWatch {
  const readers = new WeakMap<EngineConnection, Reader>()

  const start = (connection: EngineConnection): Reader => {
    const reader = { taken: takenBytes(connection), idleLooks: 0, looksLeft: Number.POSITIVE_INFINITY }
    const stop = () => {
      clearInterval(timer)
      readers.delete(connection)
      connection.off('close', stop)
    }
    const look = () => {
      if (--reader.looksLeft < 0) return stop()
      if (hasStalled(connection, reader)) return cut(connection)
      // What a client takes that polls is not known: it must answer the ping in time, like any that keeps up.
      if (reader.taken !== undefined) connection.pingTimeoutTimer?.refresh()
    }
    const timer = setInterval(look, stallMs / looksPerStall).unref()
    connection.on('close', stop)
    readers.set(connection, reader)
    return reader
  }

  return {
    begin: (connection) => {
      const reader = readers.get(connection) ?? start(connection)
      reader.idleLooks = 0
      reader.looksLeft = Number.POSITIVE_INFINITY
    },
    end: (connection) => {
      const reader = readers.get(connection)
      if (reader) reader.looksLeft = stallsAfterLag * looksPerStall
    },
  }
}

function hasStalled(connection: EngineConnection, reader: Reader): boolean {
  const before = reader.taken
  reader.taken = takenBytes(connection)
  const isLagging = reader.looksLeft === Number.POSITIVE_INFINITY
  const isIdle = isLagging && reader.taken !== undefined && reader.taken === before
  reader.idleLooks = isIdle ? reader.idleLooks + 1 : 0
  // The first of these looks may have come late, before this process could see what the network took.
  return reader.idleLooks > looksPerStall
}
