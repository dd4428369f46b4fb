import type { Logger } from '../chat.ts'
import {
  memoryOutbox,
  type OutboxEntry,
  type OutboxNote,
  type OutboxStorage,
  type StoredOutbox,
} from './outbox-storage.ts'

/**
 * The stored outbox of the signed-in user. Reads and writes run one after the other, in the order of the calls. If the
 * storage fails, the error goes to the logger and `lost` is called, but no method rejects: sending still works, and
 * unsent messages are lost on reload. Until `open` is done, it writes nothing.
 */
export class OutboxPersistence {
  readonly #storage: OutboxStorage
  readonly #logger: Logger | undefined
  readonly #lost: () => void
  #scope: string | undefined
  #stored: StoredOutbox | undefined
  #last: Promise<unknown> = Promise.resolve()
  /** How many updates of an entry wait for their turn. */
  readonly #waiting = new Map<string, number>()

  /** Opens nothing yet. `lost` is called when the storage fails: what is sent from then on may not survive a reload. */
  constructor(storage: OutboxStorage, logger: Logger | undefined, lost: () => void) {
    this.#storage = storage
    this.#lost = lost
    this.#logger = logger
  }

  /** The scope that is open or about to open; undefined if there is none. */
  get scope(): string | undefined {
    return this.#scope
  }

  /** Is a stored outbox open that other tabs use, too? */
  get isShared(): boolean {
    return this.#stored?.sharing !== undefined
  }

  /**
   * Opens the stored outbox of a scope, or one in memory if that fails, and calls `take` with its entries (none if they
   * cannot be read). If it is left or another scope opened meanwhile, closes it again without a call of `take`. The one
   * that was open before must be left first.
   */
  open(scope: string, take: (entries: OutboxEntry[], stored: StoredOutbox) => void): Promise<void> {
    this.#scope = scope
    return this.#inTurn(async () => {
      const stored = (await this.#attempt(() => this.#storage.open(scope))) ?? (await memoryOutbox().open(scope))
      const entries = (await this.#attempt(() => stored.load())) ?? []
      if (this.#scope !== scope) return stored.close()
      // What was sent while it was read is written with what was sent before, in their order.
      this.#stored = stored
      take(entries, stored)
    })
  }

  /** Is this the stored outbox that is open now? False after `leave`. */
  holds(stored: StoredOutbox): boolean {
    return this.#stored === stored
  }

  /** Runs `work` after what was written before; does nothing while no stored outbox is open. */
  write(work: (stored: StoredOutbox) => Promise<void>): void {
    const stored = this.#stored
    if (stored) void this.#inTurn(() => work(stored))
  }

  /** Writes the entry of an item as it is when its turn comes; does nothing while no stored outbox is open. */
  update(item: { entry: OutboxEntry }): void {
    const { id } = item.entry
    if (!this.#stored) return
    this.#waiting.set(id, (this.#waiting.get(id) ?? 0) + 1)
    this.write((stored) => {
      const left = (this.#waiting.get(id) ?? 0) - 1
      if (left > 0) this.#waiting.set(id, left)
      else this.#waiting.delete(id)
      return stored.update(item.entry)
    })
  }

  /** Takes an entry out. Resolves with true, also if there is none or nothing is open; false if the storage failed. */
  async remove(id: string): Promise<boolean> {
    const stored = this.#stored
    if (!stored) return true
    let isRemoved = false
    await this.#inTurn(async () => {
      await stored.remove(id)
      isRemoved = true
    })
    return isRemoved
  }

  /** Does an update of this entry still wait? What was read of it meanwhile is older than what this tab knows. */
  isUpdating(id: string): boolean {
    return this.#waiting.has(id)
  }

  /**
   * Calls `take` with the entries as they are after every write before this call. Does not call it if the storage
   * fails, is not open, or is left meanwhile.
   */
  read(take: (entries: OutboxEntry[]) => void): Promise<void> {
    const stored = this.#stored
    if (!stored) return Promise.resolve()
    return this.#inTurn(async () => {
      const entries = await stored.load()
      if (this.#stored === stored) take(entries)
    })
  }

  /** Sends a note to the other tabs, after what was written before; does nothing if the storage is not shared. */
  announce(note: OutboxNote): void {
    if (this.isShared) this.write(async (stored) => stored.sharing?.announce(note))
  }

  /**
   * Deletes every entry of a scope, after what was written before; goes on after one that cannot be deleted. If the
   * scope is not open, leaves the one that is, if any, and opens this one. The caller must `leave` it.
   */
  async clear(scope: string): Promise<void> {
    if (this.#scope !== scope) {
      await this.leave()
      await this.open(scope, () => {})
    }
    await this.#inTurn(async () => {
      const stored = this.#stored
      for (const { id } of (await stored?.load()) ?? []) await this.#attempt(async () => stored?.remove(id))
    })
  }

  /** Resolves when what was begun before is done. */
  async idle(): Promise<void> {
    await this.#last
  }

  /** Closes the stored outbox, after what was written before, and resolves when it is closed. */
  async leave(): Promise<void> {
    this.write((stored) => stored.close())
    this.#stored = undefined
    this.#scope = undefined
    await this.#last
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(() => this.#attempt(work))
    this.#last = done
    return done
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      this.#logger?.warn('the storage of unsent messages failed', error)
      this.#lost()
      return undefined
    }
  }
}
