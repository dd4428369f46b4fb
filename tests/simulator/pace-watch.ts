import type { CallName } from '../../packages/client/src/chat.ts'
import type { VirtualClock } from './virtual-clock.ts'
import type { LinkWatch } from './virtual-link.ts'

const windowMs = 60_000
/** The most tries to connect in a minute, if only the client's own backoff causes them. */
const mostKnocks = 60
const mostCalls = 1_500
/** The most calls in one moment, in which no time passes: only a client in an endless loop makes more. */
const mostAtOnce = 400

interface Counter {
  since: number
  count: number
}

/** Blames a client that connects or calls too often, or sooner than the server has asked it to with `retryAfterMs`. */
export class PaceWatch implements LinkWatch {
  readonly #clock: VirtualClock
  readonly #blame: (what: string) => void
  readonly #knocks: Counter = { since: 0, count: 0 }
  readonly #calls: Counter = { since: 0, count: 0 }
  readonly #moment: Counter = { since: 0, count: 0 }
  #notBefore = 0
  readonly #sendsNotBefore = new Map<string, number>()

  constructor(clock: VirtualClock, blame: (what: string) => void) {
    this.#clock = clock
    this.#blame = blame
  }

  /** Counts the tries to connect anew. Call this when something has happened after which a client may connect early. */
  forgive(): void {
    this.#knocks.count = 0
  }

  /** The client tries to connect. */
  knocked(): void {
    this.#count(this.#knocks, windowMs, mostKnocks, 'connections in a minute')
    if (this.#clock.now < this.#notBefore) this.#blame(`connects ${this.#notBefore - this.#clock.now} ms too early`)
  }

  /** The server has refused a connection, and wants the next one no sooner than after so many milliseconds. */
  turnedAway(retryAfterMs: number): void {
    this.#notBefore = this.#clock.now + retryAfterMs
  }

  /** The client makes a call. Throws if there are so many in one moment that only an endless loop makes them. */
  called(name: CallName, input: unknown): void {
    this.#count(this.#calls, windowMs, mostCalls, 'calls in a minute')
    this.#count(this.#moment, 0, mostAtOnce, `calls at once, the last ${name}`)
    if (this.#moment.count > mostAtOnce) throw new Error(`the client turns in circles with ${name}`)
    const waitMs = (this.#sendsNotBefore.get(keyOf(name, input)) ?? 0) - this.#clock.now
    if (waitMs > 0) this.#blame(`repeats ${name} ${waitMs} ms too early`)
  }

  /**
   * The server has refused a call for so many milliseconds. Counts only for calls that the client repeats by itself:
   * `message.send` and `receipt.read`.
   */
  refused(name: CallName, input: unknown, retryAfterMs: number): void {
    // A user may repeat a request at any time; what the client repeats by itself must wait.
    if (name === 'message.send' || name === 'receipt.read') {
      this.#sendsNotBefore.set(keyOf(name, input), this.#clock.now + retryAfterMs)
    }
  }

  #count(counter: Counter, ms: number, most: number, what: string): void {
    if (this.#clock.now > counter.since + ms) Object.assign(counter, { since: this.#clock.now, count: 0 })
    counter.count++
    if (counter.count === most + 1) this.#blame(`more than ${most} ${what}`)
  }
}

const keyOf = (name: CallName, input: unknown) => `${name} ${(input as { conversationId?: string }).conversationId}`
