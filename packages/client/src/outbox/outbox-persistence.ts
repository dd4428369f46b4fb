import type { Logger } from '../chat.ts'
import {
  memoryOutbox,
  type OutboxEntry,
  type OutboxNote,
  type OutboxShelf,
  type OutboxStorage,
} from './outbox-storage.ts'

/**
 * The shelf of whoever is signed in. Everything that is read from or written to it happens one after the other, and a
 * storage that fails costs the survival of a reload, but never keeps a message from being sent.
 */
export class ShelfKeeper {
  readonly #storage: OutboxStorage
  readonly #logger: Logger | undefined
  #scope: string | undefined
  #shelf: OutboxShelf | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(storage: OutboxStorage, logger: Logger | undefined) {
    this.#storage = storage
    this.#logger = logger
  }

  get scope(): string | undefined {
    return this.#scope
  }

  get isShared(): boolean {
    return this.#shelf?.sharing !== undefined
  }

  /** Opens the shelf of a scope and hands over what is on it. */
  open(scope: string, take: (entries: OutboxEntry[], shelf: OutboxShelf) => void): Promise<void> {
    this.#scope = scope
    return this.#inTurn(async () => {
      const shelf = await this.#storage.open(scope).catch((error) => {
        this.#logger?.warn('unsent messages are kept in memory only: their storage cannot be opened', error)
        return memoryOutbox().open(scope)
      })
      if (this.#scope !== scope) return shelf.close()
      this.#shelf = shelf
      take((await this.#attempt(() => shelf.load())) ?? [], shelf)
    })
  }

  /** Is this still the open shelf? */
  holds(shelf: OutboxShelf): boolean {
    return this.#shelf === shelf
  }

  write(work: (shelf: OutboxShelf) => Promise<void>): void {
    const shelf = this.#shelf
    if (shelf) void this.#inTurn(() => work(shelf))
  }

  /** What is on the shelf once everything written before is on it. */
  read(take: (entries: OutboxEntry[]) => void): Promise<void> {
    const shelf = this.#shelf
    if (!shelf) return Promise.resolve()
    return this.#inTurn(async () => {
      const entries = await shelf.load()
      if (this.#shelf === shelf) take(entries)
    })
  }

  /** Tells the other tabs, after what was written before. */
  announce(note: OutboxNote): void {
    if (this.isShared) this.write(async (shelf) => shelf.sharing?.announce(note))
  }

  /** Closes the shelf, after what was written before. */
  async leave(): Promise<void> {
    this.write((shelf) => shelf.close())
    this.#shelf = undefined
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
      return undefined
    }
  }
}
