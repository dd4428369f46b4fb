import type {
  OutboxEntry,
  OutboxNote,
  OutboxStorage,
  StoredOutbox,
} from '../../packages/client/src/outbox/outbox-storage.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A tab, as the storage of its browser sees it. */
export interface StorageUser {
  readonly isAlive: boolean
}

interface Candidate {
  user: StorageUser
  begin: () => void
}

interface Listener {
  user: StorageUser
  hear: (note: OutboxNote) => void
}

/** What the tabs of one browser share: the unsent messages, the lock that elects the sending tab, and a channel. */
export class VirtualStorage {
  readonly entries = new Map<string, OutboxEntry>()
  /** The ids of all entries that were ever written. */
  readonly written = new Set<string>()
  readonly #clock: VirtualClock
  readonly #random: SeededRandom
  #leader: Candidate | undefined
  #candidates: Candidate[] = []
  #listeners: Listener[] = []

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.#clock = clock
    this.#random = random
  }

  /** The storage as one tab uses it. */
  of(user: StorageUser): OutboxStorage {
    return { open: async () => this.#stored(user) }
  }

  /** Removes a tab that is gone; if it held the lock that elects the sending tab, the next one in line gets it. */
  leave(user: StorageUser): void {
    this.#listeners = this.#listeners.filter((listener) => listener.user !== user)
    this.#candidates = this.#candidates.filter((candidate) => candidate.user !== user)
    if (this.#leader?.user === user) this.#leader = undefined
    this.#choose()
  }

  #stored(user: StorageUser): StoredOutbox {
    // A tab that dies before its turn writes nothing, and gets no answer.
    const inTime = <T>(work: () => T): Promise<T> =>
      new Promise((resolve) => {
        this.#clock.after(this.#random.between(0, 4), () => {
          if (user.isAlive) resolve(work())
        })
      })
    return {
      load: () => inTime(() => [...this.entries.values()]),
      add: (entry) =>
        inTime(() => {
          this.entries.set(entry.id, entry)
          this.written.add(entry.id)
        }),
      update: (entry) =>
        inTime(() => {
          if (this.entries.has(entry.id)) this.entries.set(entry.id, entry)
        }),
      remove: (id) => inTime(() => void this.entries.delete(id)),
      sharing: {
        lead: (begin) => {
          this.#candidates.push({ user, begin })
          this.#choose()
        },
        announce: (note) => this.#announce(user, note),
        listen: (hear) => void this.#listeners.push({ user, hear }),
      },
      close: async () => this.leave(user),
    }
  }

  #announce(from: StorageUser, note: OutboxNote): void {
    const others = this.#listeners.filter((listener) => listener.user !== from)
    this.#clock.after(2, () => {
      for (const { user, hear } of others) if (user.isAlive) hear(note)
    })
  }

  #choose(): void {
    if (this.#leader) return
    const next = this.#candidates.shift()
    if (!next) return
    this.#leader = next
    this.#clock.after(1, () => {
      if (this.#leader === next && next.user.isAlive) next.begin()
    })
  }
}
