import { setTimeout as wait } from 'node:timers/promises'
import { Latency } from '../measure/latency.ts'
import type { Job } from '../scenario.ts'
import { Caller } from './caller.ts'
import { pace } from './pace.ts'

/** Guests who connect, sync, stay for a while and disconnect, repeatedly. */
export class Churn {
  /** From connecting to synced. */
  readonly latency = new Latency()
  connects = 0
  failures = 0
  private readonly job: Job
  private readonly first: number
  private readonly present = new Set<Promise<void>>()

  /** `first` is the number of the first guest in the crowd; the guests are the last people of it. */
  constructor(job: Job, first: number) {
    this.job = job
    this.first = first
  }

  /** Resolves when the last guest has disconnected. */
  async run(seconds: number): Promise<void> {
    const { connects = 1 } = this.job.settings.numbers
    const guests = this.job.crowd.members.length - this.first
    await pace(connects, seconds, (dueMs, i) => {
      const visit = this.visit(this.first + (i % guests), dueMs).finally(() => this.present.delete(visit))
      this.present.add(visit)
    })
    await Promise.all(this.present)
  }

  private async visit(member: number, dueMs: number): Promise<void> {
    const { stay = 1 } = this.job.settings.numbers
    try {
      const caller = await Caller.enter(this.job, member)
      await caller.ask('sync.run', {})
      this.latency.record(dueMs, performance.now())
      this.connects += 1
      await wait(stay * 1_000)
      caller.close()
    } catch {
      this.failures += 1
    }
  }
}
