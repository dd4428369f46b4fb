import type { Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

/** So many snapshots are read side by side; those that come later wait, in their order. */
const most = 4
/** MiB of pages that a connection keeps in memory. The first is lent whenever it is free, and does nearly all of the work. */
const pages = { first: 24, others: 0.5 }

export interface SqliteReaders {
  /** Lends a connection that nobody else uses meanwhile. */
  use<T>(work: (reader: Kysely<Tables>) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Connections for snapshots. Each is open for as long as its reader takes, and a long reader takes turns with others: on
 * one connection, all who ask for a page would wait for the end of somebody's sync.
 */
export function createSqliteReaders(connect: (mebibytes: number) => Kysely<Tables>): SqliteReaders {
  const opened: Kysely<Tables>[] = []
  const free = new Set<Kysely<Tables>>()
  const waiting: ((reader: Kysely<Tables>) => void)[] = []

  const openAnother = () => {
    const reader = connect(opened.length === 0 ? pages.first : pages.others)
    opened.push(reader)
    return reader
  }

  const take = (): Kysely<Tables> | Promise<Kysely<Tables>> => {
    const reader = opened.find((each) => free.has(each))
    if (reader) {
      free.delete(reader)
      return reader
    }
    return opened.length < most ? openAnother() : new Promise((resolve) => waiting.push(resolve))
  }

  const giveBack = (reader: Kysely<Tables>) => {
    const next = waiting.shift()
    if (next) next(reader)
    else free.add(reader)
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
