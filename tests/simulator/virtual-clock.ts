type Cancel = () => void

interface Appointment {
  at: number
  /** Of two at the same moment, the one that was made first comes first. */
  order: number
  run: () => void
  isCancelled: boolean
}

const isBefore = (a: Appointment, b: Appointment) => a.at < b.at || (a.at === b.at && a.order < b.order)

/** Resolves when all promises that can be settled now are settled. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A clock whose time passes only in `pass` and `rest`, from one appointment to the next. */
export class VirtualClock {
  now = 1_700_000_000_000
  #order = 0
  /** A binary heap: the next appointment is the first. */
  readonly #heap: Appointment[] = []

  /**
   * Calls `run` when so many milliseconds have passed, in the order of the calls for the same moment. Returns what
   * cancels it.
   */
  after(ms: number, run: () => void): Cancel {
    const appointment = { at: this.now + Math.max(0, ms), order: this.#order++, run, isCancelled: false }
    this.#push(appointment)
    return () => {
      appointment.isCancelled = true
    }
  }

  /** Lets so much time pass, and resolves when what was due in it is done and the promises it settled are handled. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms
    await settled()
    while (this.#next() && (this.#next() as Appointment).at <= end) await this.#step()
    this.now = end
  }

  /** Lets time pass until no appointment is left; false if that takes longer than `ms`. */
  async rest(ms: number): Promise<boolean> {
    const end = this.now + ms
    await settled()
    for (let next = this.#next(); next; next = this.#next()) {
      if (next.at > end) return false
      await this.#step()
    }
    return true
  }

  async #step(): Promise<void> {
    const appointment = this.#pop()
    if (!appointment || appointment.isCancelled) return
    this.now = appointment.at
    appointment.run()
    await settled()
  }

  #next(): Appointment | undefined {
    while (this.#heap[0]?.isCancelled) this.#pop()
    return this.#heap[0]
  }

  #push(appointment: Appointment): void {
    const heap = this.#heap
    let at = heap.push(appointment) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as Appointment
      if (!isBefore(appointment, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = appointment
  }

  #pop(): Appointment | undefined {
    const heap = this.#heap
    const first = heap[0]
    const moved = heap.pop()
    if (!first || !moved || heap.length === 0) return first
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const [one, other] = [heap[left], heap[left + 1]]
      if (!one) break
      const child = other && isBefore(other, one) ? other : one
      if (!isBefore(child, moved)) break
      heap[at] = child
      at = child === one ? left : left + 1
    }
    heap[at] = moved
    return first
  }
}
