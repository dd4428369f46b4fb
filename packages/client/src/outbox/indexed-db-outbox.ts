import { changeTable, openDatabase, readTable, resultOf } from '../indexed-db.ts'
import { withTabLock } from '../tab-lock.ts'
import type { OutboxEntry, OutboxNote, OutboxSharing, OutboxStorage, StoredOutbox } from './outbox-storage.ts'

const table = 'entries'

/**
 * Keeps unsent messages in IndexedDB, for all tabs of the browser: they survive a reload, and one tab at a time sends
 * them. Without the Web Locks API each tab sends them. `createChat` uses this storage by default if there is IndexedDB.
 * Opens nothing itself; without IndexedDB its `open` rejects, and a chat then keeps unsent messages in memory.
 *
 * @example
 * const chat = createChat({ url, auth, storage: indexedDbOutbox() })
 */
export function indexedDbOutbox(): OutboxStorage {
  return {
    async open(scope) {
      const database = await openDatabase(`parley-outbox ${scope}`, (fresh) => {
        // The key counts up, so that entries keep their order when the clock is set back.
        fresh.createObjectStore(table, { autoIncrement: true }).createIndex('id', 'id', { unique: true })
      })
      return storedOutboxOf(database, scope)
    },
  }
}

function storedOutboxOf(database: IDBDatabase, scope: string): StoredOutbox {
  const shared = sharingOf(scope)
  const write = <T>(work: (rows: IDBObjectStore) => Promise<T>) => changeTable(database, table, work)
  /** Does something with the entry of this id, if it is there. */
  const change = (id: string, work: (rows: IDBObjectStore, key: IDBValidKey) => IDBRequest) =>
    write(async (rows) => {
      const key = await resultOf(rows.index('id').getKey(id))
      if (key !== undefined) await resultOf(work(rows, key))
    })
  return {
    load: () => readTable<OutboxEntry[]>(database, table, (rows) => rows.getAll()),
    add: async (entry) => void (await write((rows) => resultOf(rows.add(entry)))),
    update: (entry) => change(entry.id, (rows, key) => rows.put(entry, key)),
    remove: (id) => change(id, (rows, key) => rows.delete(key)),
    sharing: shared.sharing,
    async close() {
      shared.close()
      database.close()
    },
  }
}

/**
 * Web Locks choose the tab that sends, a BroadcastChannel tells the others. Where a browser lacks locks, each tab
 * sends.
 */
function sharingOf(scope: string): { sharing: OutboxSharing; close(): void } {
  const name = `parley-outbox ${scope}`
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name)
  const ending = new AbortController()
  const untilClosed = new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve()))
  return {
    sharing: {
      lead(begin) {
        const leading = () => {
          begin()
          return untilClosed
        }
        // Rejected when the outbox is closed before it was this tab's turn.
        withTabLock(name, leading, ending.signal).catch(() => {})
      },
      announce: (note) => channel?.postMessage(note),
      listen(hear) {
        if (channel) channel.onmessage = (event: MessageEvent<OutboxNote>) => hear(event.data)
      },
    },
    close() {
      ending.abort()
      channel?.close()
    },
  }
}
