import { setTimeout as wait } from 'node:timers/promises'
import type { Job } from '../scenario.ts'
import { Caller } from './caller.ts'
import { acts, type World } from './hostile-acts.ts'
import { RefusedError } from './refusal.ts'

const connections = 3
const atOnceEach = 4

/** What came of one kind of question. */
export interface Answered {
  answers: number
  refusals: number
}

/** Somebody who asks for as much as is allowed, over several connections, and comes back when told that they may. */
export class HostileCaller {
  private readonly callers: Caller[]
  readonly world: World
  private asked = 0

  private constructor(callers: Caller[], world: World) {
    this.callers = callers
    this.world = world
  }

  static async enter(job: Job, member: number, world: World): Promise<HostileCaller> {
    const entering = Array.from({ length: connections }, () => Caller.enter(job, member))
    return new HostileCaller(await Promise.all(entering), world)
  }

  /** Does one thing again and again until the time is over, and until what is under way was answered. */
  async repeat(name: string, seconds: number): Promise<Answered> {
    const until = performance.now() + seconds * 1_000
    const answered = { answers: 0, refusals: 0 }
    const askOn = async (caller: Caller) => {
      while (performance.now() < until) {
        const waitMs = await this.askOnce(caller, name, answered)
        await wait(Math.min(waitMs, until - performance.now()))
      }
    }
    await Promise.all(this.callers.flatMap((caller) => Array.from({ length: atOnceEach }, () => askOn(caller))))
    return answered
  }

  /** Waits, at most so many seconds, until the budget that earlier things have spent allows this one. */
  async rest(name: string, mostSeconds: number): Promise<void> {
    const until = performance.now() + mostSeconds * 1_000
    const [caller] = this.callers
    while (caller && performance.now() < until) {
      const waitMs = await this.askOnce(caller, name, { answers: 0, refusals: 0 })
      if (waitMs === 0) return
      await wait(Math.min(waitMs, until - performance.now()))
    }
  }

  leave(): void {
    for (const caller of this.callers) caller.close()
  }

  /** Answers with the milliseconds after which to ask again. */
  private async askOnce(caller: Caller, name: string, answered: Answered): Promise<number> {
    try {
      await acts[name]?.(caller, this.world, this.asked++)
      answered.answers += 1
      return 0
    } catch (error) {
      if (!(error instanceof RefusedError) || error.refused.retryAfterMs === undefined) throw error
      answered.refusals += 1
      return error.refused.retryAfterMs
    }
  }
}
