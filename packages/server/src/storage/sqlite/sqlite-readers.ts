import type { Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

/** So many snapshots are read side by side; those that come later wait, in their order. */
const most = 4

export interface SqliteReaders {
  /** Lends a connection that nobody else uses meanwhile. */
  use<T>(work: (reader: Kysely<Tables>) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Connections for snapshots. Each is open for as long as its reader takes, and a long reader takes turns with others: on
 * one connection, all who ask for a page would wait for the end of somebody's sync.
 */
export function createSqliteReaders(connect: () => Kysely<Tables>): SqliteReaders {
  const opened: Kysely<Tables>[] = []
  /** The one used last is lent first: the pages that most need are in its memory. */
  const free: Kysely<Tables>[] = []
  const waiting: ((reader: Kysely<Tables>) => void)[] = []

  const openAnother = () => {
    const reader = connect()
    opened.push(reader)
    return reader
  }

  const take = (): Kysely<Tables> | Promise<Kysely<Tables>> => {
    const reader = free.pop()
    if (reader) return reader
    return opened.length < most ? openAnother() : new Promise((resolve) => waiting.push(resolve))
  }

  const giveBack = (reader: Kysely<Tables>) => {
    const next = waiting.shift()
    if (next) next(reader)
    else free.push(reader)
  }

  return {
    use: async (work) => {
      const reader = await take()
      try {
        return await work(reader)
      } finally {
        giveBack(reader)
      }
    },
    close: async () => void (await Promise.all(opened.map((reader) => reader.destroy()))),
  }
}
