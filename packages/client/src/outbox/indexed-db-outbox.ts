import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { withTabLock } from '../tab-lock.ts'
import type { OutboxEntry, OutboxNote, OutboxSharing, OutboxStorage, StoredOutbox } from './outbox-storage.ts'

interface Tables extends DBSchema {
  /** The key counts up, so that the order of adding survives whatever the clock does. */
  entries: { key: number; value: OutboxEntry; indexes: { id: string } }
}

/**
 * Keeps unsent messages in the browser, for all its tabs: they survive a reload, and one tab sends them.
 *
 * @example
 * const chat = createChat({ url, auth, storage: indexedDbOutbox() })
 */
export function indexedDbOutbox(): OutboxStorage {
  return {
    async open(scope) {
      const database = await openDB<Tables>(`parley-outbox ${scope}`, 1, {
        upgrade(fresh) {
          const entries = fresh.createObjectStore('entries', { autoIncrement: true })
          entries.createIndex('id', 'id', { unique: true })
        },
      })
      return storedOutboxOf(database, scope)
    },
  }
}

function storedOutboxOf(database: IDBPDatabase<Tables>, scope: string): StoredOutbox {
  const shared = sharingOf(scope)
  return {
    load: () => database.getAll('entries'),
    add: async (entry) => void (await database.add('entries', entry)),
    async update(entry) {
      const transaction = database.transaction('entries', 'readwrite')
      const key = await transaction.store.index('id').getKey(entry.id)
      if (key !== undefined) await transaction.store.put(entry, key)
      await transaction.done
    },
    async remove(id) {
      const transaction = database.transaction('entries', 'readwrite')
      const key = await transaction.store.index('id').getKey(id)
      if (key !== undefined) await transaction.store.delete(key)
      await transaction.done
    },
    sharing: shared.sharing,
    async close() {
      shared.close()
      database.close()
    },
  }
}

/** Web Locks choose the tab that sends, a BroadcastChannel tells the others. Where a browser lacks locks, each tab sends. */
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
