import type { CallName } from '../../packages/client/src/chat.ts'
import { chatErrorFrom } from '../../packages/client/src/chat-error.ts'
import type { Line, OpenLine } from '../../packages/client/src/connection/socket-line.ts'
import type { ModelServer } from './model-server.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { type Carrier, lost, VirtualLine } from './virtual-line.ts'
import type { Weather } from './weather.ts'

/** The milliseconds of silence after which a dead connection is noticed. */
const noticedAfterMs = 45_000

export interface LinkWatch {
  /** Called when the client tries to connect. */
  knocked(): void
  /** Called when the server refuses the connection, with the time to wait. */
  turnedAway(retryAfterMs: number): void
  called(name: CallName, input: unknown): void
  refused(name: CallName, input: unknown, retryAfterMs: number): void
}

/** The network between one tab and the server, with its connections, one after the other. */
export class VirtualLink {
  /** No frame gets through. */
  isDown = false
  /** Frames get lost unnoticed, in one direction or both. */
  swallows = { toServer: false, toClient: false }
  /** How many tokens were refused one after the other. */
  refusedTokens = 0
  readonly #name: string
  readonly #clock: VirtualClock
  readonly #random: SeededRandom
  readonly #weather: Weather
  readonly #server: ModelServer
  readonly #watch: LinkWatch
  #line: VirtualLine | undefined

  constructor(
    name: string,
    clock: VirtualClock,
    random: SeededRandom,
    weather: Weather,
    server: ModelServer,
    watch: LinkWatch,
  ) {
    this.#name = name
    this.#clock = clock
    this.#random = random
    this.#weather = weather
    this.#server = server
    this.#watch = watch
  }

  /**
   * Opens a connection as the real client does it: resolves when the server has admitted it, rejects if it is refused,
   * takes too long, or is aborted.
   */
  readonly open: OpenLine = (options, hear, signal) => {
    this.#watch.knocked()
    return new Promise((resolve, reject) => {
      const carrier = this.#carrier()
      const line = new VirtualLine(this.#clock, carrier, options.timeoutMs, hear, this.#watch)
      let isTurnedAway = false
      const settle = () => {
        cancel()
        signal.removeEventListener('abort', abort)
      }
      const fail = (error: Error) => {
        settle()
        line.drop()
        reject(error)
      }
      const abort = () => fail(lost('closed'))
      const cancel = this.#clock.after(options.timeoutMs, () => fail(lost('The server did not let us in in time.')))
      signal.addEventListener('abort', abort, { once: true })
      if (this.isDown) return void this.#clock.after(this.#delay(), () => fail(lost('The server cannot be reached.')))
      void line.ended.then(fail)
      const admitted = () => {
        if (!line.isOpen) return
        settle()
        resolve(line as Line)
      }
      carrier.toServer(() => {
        // A second copy of the request to connect is ignored.
        if (!line.isOpen || line.far || isTurnedAway) return
        const refusal = this.#server.refusalOf(options.token)
        this.refusedTokens = refusal?.code === 'unauthenticated' ? this.refusedTokens + 1 : 0
        if (refusal) {
          isTurnedAway = true
          return carrier.toClient(() => {
            if (!line.isOpen) return
            this.#watch.turnedAway(refusal.retryAfterMs ?? 0)
            fail(chatErrorFrom(refusal))
          }, true)
        }
        carrier.toClient(admitted, true)
        this.#server.admit(line, options.token ?? '', this.#name)
      }, true)
      this.#line = line
    })
  }

  /** Breaks the connection, if there is one; both ends notice at once. */
  cut(): void {
    const line = this.#line
    if (!line) return
    line.far?.gone()
    line.lose('The connection ended (transport close).')
  }

  /**
   * Makes frames get lost in these directions, until after 45 seconds the silence is noticed, which cuts the
   * connection.
   */
  swallow(toServer: boolean, toClient: boolean): void {
    const line = this.#line
    this.swallows = { toServer, toClient }
    this.#clock.after(noticedAfterMs, () => {
      if (this.#line === line) this.cut()
      this.swallows = { toServer: false, toClient: false }
    })
  }

  #delay(): number {
    return this.#random.between(this.#weather.fastest, this.#weather.slowest)
  }

  /** A carrier that keeps the order in each direction, except for frames that the weather lets overtake. */
  #carrier(): Carrier {
    const last = { toServer: 0, toClient: 0 }
    const carry = (way: 'toServer' | 'toClient', arrive: () => void, isCall: boolean) => {
      const { dropsCall, dropsEvent, doubles, overtakes } = this.#weather
      if (this.swallows[way] || this.isDown || this.#random.chance(isCall ? dropsCall : dropsEvent)) return
      // Requests never arrive twice over one connection: only the client itself repeats one, over another connection.
      const times = way === 'toClient' && this.#random.chance(doubles) ? 2 : 1
      for (let i = 0; i < times; i++) {
        let at = this.#clock.now + this.#delay()
        if (!this.#random.chance(overtakes)) last[way] = at = Math.max(at, last[way])
        this.#clock.after(at - this.#clock.now, arrive)
      }
    }
    return {
      toServer: (arrive, isCall) => carry('toServer', arrive, isCall),
      toClient: (arrive, isCall) => carry('toClient', arrive, isCall),
    }
  }
}
