import type { WireError } from '@parley/protocol'
import type { CallName } from '../../packages/client/src/chat.ts'
import type { Arrival } from '../../packages/client/src/connection/socket-line.ts'
import { runModel } from './model-operations.ts'
import { type ModelDelivery, Refusal } from './model-run.ts'
import type { ModelWorld } from './model-world.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { Trace } from './trace.ts'
import type { VirtualClock } from './virtual-clock.ts'
import type { VirtualLine } from './virtual-line.ts'
import type { Weather } from './weather.ts'

const expiringAheadMs = 60_000

interface Token {
  userId: string
  endsAt: number
}

interface ServerLine {
  userId: string
  tabName: string
  line: VirtualLine
  endsAt: number
}

/** A model of the server: which connections it admits, what an operation does, and who gets its events. */
export class ModelServer {
  world: ModelWorld
  /** How long a new token lives. */
  tokenLifeMs = Number.POSITIVE_INFINITY
  readonly #clock: VirtualClock
  readonly #random: SeededRandom
  readonly #weather: Weather
  readonly #trace: Trace
  readonly #tokens = new Map<string, Token>()
  readonly #lines = new Set<ServerLine>()
  #backup: ModelWorld | undefined
  #epochs = 1

  constructor(clock: VirtualClock, random: SeededRandom, weather: Weather, trace: Trace, world: ModelWorld) {
    this.#clock = clock
    this.#random = random
    this.#weather = weather
    this.#trace = trace
    this.world = world
  }

  /** Makes a token of a user that lives for `tokenLifeMs`; their older ones stay good. */
  newToken(userId: string): string {
    const token = `${userId}-${this.#tokens.size}`
    this.#tokens.set(token, { userId, endsAt: this.#clock.now + this.tokenLifeMs })
    return token
  }

  /** True if the token is known and has not ended. */
  isGood(token: string | undefined): boolean {
    const known = this.#tokens.get(token ?? '')
    return known !== undefined && known.endsAt > this.#clock.now
  }

  /**
   * The refusal of a connection with this token; undefined if it is admitted. The weather may refuse a good token too.
   */
  refusalOf(token: string | undefined): WireError | undefined {
    if (!this.isGood(token)) return this.#error('unauthenticated')
    if (this.#random.chance(this.#weather.refuses)) return this.#refusal()
    return undefined
  }

  /**
   * Takes a line whose token `refusalOf` has admitted: answers its calls and sends it its user's events from now on,
   * and tells it when its token ends soon and has ended.
   */
  admit(line: VirtualLine, token: string, tabName: string): void {
    const { userId, endsAt } = this.#tokens.get(token) as Token
    const far: ServerLine = { userId, tabName, line, endsAt }
    this.#lines.add(far)
    this.#trace.note(this.#clock.now, tabName, 'is let in')
    line.far = {
      take: (name, input, answer) => {
        if (this.#lines.has(far)) this.#take(far, name, input, answer)
      },
      gone: () => void this.#lines.delete(far),
    }
    this.#watchEnd(far)
  }

  /** Ends all connections, which clients notice a little later; stored data stays. */
  restart(): void {
    for (const { line } of [...this.#lines]) this.#close(line)
    this.#lines.clear()
  }

  /** Keeps the present data for `restoreBackup`, in the place of the backup before. */
  keepBackup(): void {
    this.#backup = this.world.copy('backup')
  }

  /** Replaces the data with the backup, under a new epoch, and restarts. False without a backup. */
  restoreBackup(): boolean {
    if (!this.#backup) return false
    this.restart()
    this.world = this.#backup.copy(`epoch ${++this.#epochs}`)
    return true
  }

  /** Ends the tokens of a user at once. */
  expire(userId: string): void {
    for (const token of this.#tokens.values()) if (token.userId === userId) token.endsAt = 0
    for (const far of [...this.#lines]) if (far.userId === userId) this.#expire(far)
  }

  /** Runs an operation for a user without a simulated tab, and delivers its events. False if it is refused. */
  act(userId: string, name: CallName, input: unknown): boolean {
    try {
      this.#tell(runModel(this.world, userId, name, input).deliveries)
      return true
    } catch (error) {
      if (error instanceof Refusal) return false
      throw error
    }
  }

  #take(far: ServerLine, name: CallName, input: unknown, answer: (reply: unknown) => void): void {
    const reply = this.#reply(far, name, input)
    this.#trace.note(this.#clock.now, far.tabName, reply.ok ? name : `${name} refused`, input, reply)
    answer(reply)
  }

  #reply(far: ServerLine, name: CallName, input: unknown) {
    if (name === 'session.renew') return this.#renew(far, (input as { accessToken: string }).accessToken)
    if (this.#random.chance(this.#weather.refuses)) return { ok: false, error: this.#refusal() }
    if (this.#random.chance(this.#weather.fails)) return { ok: false, error: this.#error('internal') }
    try {
      const { data, deliveries } = runModel(this.world, far.userId, name, input)
      this.#tell(deliveries)
      return { ok: true, data }
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, error: this.#error(error.code) }
      throw error
    }
  }

  #tell(deliveries: readonly ModelDelivery[]): void {
    for (const { name, payload, userIds } of deliveries) {
      for (const { userId, line } of this.#lines) {
        if (userIds.includes(userId)) line.tell({ name, payload } as Arrival)
      }
    }
  }

  #renew(far: ServerLine, token: string) {
    const known = this.#tokens.get(token)
    if (!known || known.userId !== far.userId || !this.isGood(token)) {
      return { ok: false, error: this.#error('unauthenticated') }
    }
    far.endsAt = known.endsAt
    this.#watchEnd(far)
    return { ok: true, data: { expiresAt: known.endsAt } }
  }

  #watchEnd(far: ServerLine): void {
    const { endsAt } = far
    if (endsAt === Number.POSITIVE_INFINITY) return
    const isMeant = () => this.#lines.has(far) && far.endsAt === endsAt
    const leftMs = endsAt - this.#clock.now
    this.#clock.after(leftMs - expiringAheadMs, () => {
      if (isMeant()) far.line.tell({ name: 'session.expiring', payload: { expiresAt: endsAt } })
    })
    this.#clock.after(leftMs, () => {
      if (isMeant()) this.#expire(far)
    })
  }

  #expire(far: ServerLine): void {
    far.line.tell({ name: 'session.ended', payload: { reason: 'expired' } })
    this.#lines.delete(far)
    this.#close(far.line)
  }

  /** The end of a line arrives after everything that was sent over it before. */
  #close(line: VirtualLine): void {
    this.#clock.after(this.#weather.slowest + 1, () => line.lose('The connection ended (io server disconnect).'))
  }

  #refusal(): WireError {
    const code = this.#random.chance(0.5) ? 'rate_limited' : 'unavailable'
    return { ...this.#error(code), retryAfterMs: this.#random.between(200, 8_000) }
  }

  #error(code: WireError['code']): WireError {
    return { code, message: code, requestId: 'r' }
  }
}
