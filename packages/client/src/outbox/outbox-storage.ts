import type { Body, Message, WireError } from '@parley/protocol'
import type { SendableType } from '../messages/pending-message.ts'

/** A message as it waits in storage. */
export interface OutboxEntry {
  id: string
  conversationId: string
  type: SendableType
  body: Body
  createdAt: number
  /**
   * It left at least once, and no answer said that it was not stored: it is too late to withdraw it. The name stays as
   * browsers have stored it since the first version.
   */
  mayBeSent?: boolean
  /** Why the server refused it; such an entry waits for the person. */
  error?: WireError
}

/**
 * What one tab tells the others that share its storage. `withdraw` asks the tab that sends, because it alone knows what
 * is on its way; it answers with `cancelled` or `kept`. `epoch` says of which history a settled message is.
 */
export type OutboxNote =
  | { kind: 'changed' }
  | { kind: 'settled'; message: Message; epoch: string | null }
  | { kind: 'withdraw' | 'cancelled' | 'kept'; id: string }

/** How the tabs of one browser share an outbox: all see it, one sends. */
export interface OutboxSharing {
  /** Calls back once this tab is the one that sends; it stays so until the outbox is closed. May never call back. */
  lead(begin: () => void): void
  announce(note: OutboxNote): void
  /** Calls back with what other tabs announce. */
  listen(hear: (note: OutboxNote) => void): void
}

/** The unsent messages of one user of one server. */
export interface StoredOutbox {
  /** All entries, in the order in which they were added. */
  load(): Promise<OutboxEntry[]>
  add(entry: OutboxEntry): Promise<void>
  /** Replaces an entry in its place; does nothing if it is gone. */
  update(entry: OutboxEntry): Promise<void>
  remove(id: string): Promise<void>
  /** Left out where no other tab uses the same storage. */
  readonly sharing?: OutboxSharing
  close(): Promise<void>
}

/** Where unsent messages survive. Implement it to keep them somewhere else. */
export interface OutboxStorage {
  /** `scope` names one user of one server. */
  open(scope: string): Promise<StoredOutbox>
}

/**
 * Keeps unsent messages in the returned object, so as long as the program runs; a `close` without `forget` leaves them
 * there. Clients that get the same one continue each other's work, but must not be open at the same time.
 *
 * @example
 * const chat = createChat({ url, auth, storage: memoryOutbox() })
 */
export function memoryOutbox(): OutboxStorage {
  const scopes = new Map<string, Map<string, OutboxEntry>>()
  return {
    async open(scope) {
      const entries = scopes.get(scope) ?? new Map<string, OutboxEntry>()
      scopes.set(scope, entries)
      return {
        load: async () => [...entries.values()],
        add: async (entry) => void entries.set(entry.id, entry),
        update: async (entry) => {
          if (entries.has(entry.id)) entries.set(entry.id, entry)
        },
        remove: async (id) => void entries.delete(id),
        close: async () => {},
      }
    },
  }
}
