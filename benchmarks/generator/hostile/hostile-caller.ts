import { setTimeout as wait } from 'node:timers/promises'
import type { Job } from '../../scenario.ts'
import { Caller } from '../caller.ts'
import { refusalIn } from './act.ts'
import { acts } from './hostile-acts.ts'
import type { World } from './hostile-world.ts'

const connections = 3
const atOnceEach = 4

/** The outcomes of repeated calls of one kind. */
export interface Answered {
  answers: number
  refusals: number
}

/**
 * A user who calls as often as the rate limits allow, over several connections, and waits as long as a refusal says.
 */
export class HostileCaller {
  private readonly callers: Caller[]
  readonly world: World
  private asked = 0

  private constructor(callers: Caller[], world: World) {
    this.callers = callers
    this.world = world
  }

  /** Connects member number `member` over three connections, as `Caller.enter` does. */
  static async enter(job: Job, member: number, world: World): Promise<HostileCaller> {
    const entering = Array.from({ length: connections }, () => Caller.enter(job, member))
    return new HostileCaller(await Promise.all(entering), world)
  }

  /**
   * Repeats the act of this name over all connections until so many seconds are over, up to four calls at once over
   * each, and waits as long as a refusal says. Resolves with the counts when the last calls are answered; rejects if an
   * act fails without a time to wait.
   */
  async repeat(name: string, seconds: number): Promise<Answered> {
    const until = performance.now() + seconds * 1_000
    const answered = { answers: 0, refusals: 0 }
    const askRepeatedly = async (caller: Caller) => {
      while (performance.now() < until) {
        const waitMs = await this.askOnce(caller, name, answered)
        await wait(Math.max(0, Math.min(waitMs, until - performance.now())))
      }
    }
    await Promise.all(this.callers.flatMap((caller) => Array.from({ length: atOnceEach }, () => askRepeatedly(caller))))
    return answered
  }

  /** Waits, at most so many seconds, until the budgets that earlier acts have spent allow this one again. */
  async rest(name: string, mostSeconds: number): Promise<void> {
    const until = performance.now() + mostSeconds * 1_000
    const [caller] = this.callers
    while (caller && performance.now() < until) {
      const waitMs = await this.askOnce(caller, name, { answers: 0, refusals: 0 })
      if (waitMs === 0) return
      await wait(Math.min(waitMs, until - performance.now()))
    }
  }

  /** Closes all connections; open calls reject. */
  leave(): void {
    for (const caller of this.callers) caller.close()
  }

  /** Calls once and counts the outcome; resolves with the milliseconds to wait before the next call. */
  private async askOnce(caller: Caller, name: string, answered: Answered): Promise<number> {
    try {
      await acts[name]?.(caller, this.world, this.asked++)
      answered.answers += 1
      return 0
    } catch (error) {
      const retryAfterMs = refusalIn(error)?.retryAfterMs
      if (retryAfterMs === undefined) throw new Error(`${name} failed: ${String(error)}`)
      answered.refusals += 1
      return retryAfterMs
    }
  }
}
