import type { Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

/** The most snapshots at the same time; later ones wait, in their order. */
const most = 4
/**
 * MiB of pages that a connection keeps in memory. The first is used whenever it is free, so it does nearly all of the
 * work.
 */
const pages = { first: 24, others: 0.5 }

export interface SqliteReaders {
  /** Runs work on a connection that nothing else uses meanwhile; waits for a free one. */
  use<T>(work: (reader: Kysely<Tables>) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Makes a pool of up to 4 connections for snapshots, each opened when all others are in use. `use` runs work on one
 * that nothing else uses meanwhile, and settles as the work does; further work waits in its order. With a single
 * connection, every page would wait for the end of a long sync. `use` begins no transaction: the work must. All work
 * must have ended before `close`.
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
