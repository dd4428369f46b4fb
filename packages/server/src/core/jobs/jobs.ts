import type { Logger } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import type { Store } from '../../storage/store.ts'
import type { GroupCommit } from '../commit/group-commit.ts'
import { createSharedClock, type JobClock } from './job-clock.ts'
import type { JobKind, NewJob } from './job-kind.ts'
import { sweepJobs } from './job-sweep.ts'
import { createLineRunner, type LineRunner } from './line-runner.ts'

/** Milliseconds. */
export interface JobTiming {
  /** The pause before the second try of a job; each that follows is three times as long. */
  jobRetryMs: number
  /** How long a node that died keeps its lines. */
  jobLeaseMs: number
  /** How often a node looks for due jobs of other nodes. */
  jobPollMs: number
  /** How long a closing server waits for the tries under way. */
  jobCloseMs: number
}

export const jobTiming: JobTiming = { jobRetryMs: 5_000, jobLeaseMs: 60_000, jobPollMs: 5_000, jobCloseMs: 5_000 }

export interface JobsOptions {
  /** Reads what is committed. */
  store: Store
  groupCommit: GroupCommit
  timing: JobTiming
  /** Does no other node use the database? Then every lease is this node's own. */
  isAlone: boolean
  log: Logger
  clock?: JobClock
}

export interface Jobs {
  /**
   * Writes jobs in the transaction of their cause. After its commit, this node begins to do them if it has their kinds.
   */
  add(store: Store, jobs: readonly NewJob[]): Promise<void>
  /** Begins to do the jobs of these kinds, also those that other nodes wrote, and to delete old rows of every kind. */
  start(kinds: readonly JobKind[]): void
  /** Looks for due jobs at once. Call this after making some due. */
  wake(): void
  /** Takes no more jobs, and resolves when the tries under way have ended or were aborted. */
  close(): Promise<void>
}

const sweepEveryMs = 60_000

/**
 * Makes the jobs of this node; none is done before `start`. A job is written in the transaction of its cause, and run
 * by any node that has its kind, perhaps twice, in order within a line. It is given up as `failed` at once if its kind
 * says so, else after 14 tries; one that waits 30 days is deleted. A server without kinds also deletes old rows. A
 * failure in the background is logged and tried again, one of `start` is only logged. Call `start` once, `close` last.
 */
export function createJobs(options: JobsOptions): Jobs {
  const { store, groupCommit, isAlone, log } = options
  const { clock = createSharedClock({ ask: store.jobs.sharedTime, isAlone }) } = options
  const runners: LineRunner[] = []
  let sweeper: NodeJS.Timeout | undefined
  let sweeping: Promise<void> = Promise.resolve()

  const sweep = () => {
    sweeping = sweepJobs({ store, groupCommit, clock }).catch((err) =>
      log.warn({ err }, 'old jobs could not be removed; this is tried again'),
    )
  }
  let isClosed = false
  const wake = () => {
    for (const runner of runners) runner.wake()
  }
  const begin = async (kinds: readonly JobKind[]) => {
    if (isAlone) {
      await clock.follow(0)
      // The leases of a killed process were this server's own.
      await groupCommit.run(({ store }) => store.jobs.releaseAll(clock.now()))
    }
    if (isClosed) return
    for (const kind of kinds) runners.push(createLineRunner(kind, { ...options, clock }))
    wake()
  }
  let begun: Promise<void> = Promise.resolve()

  return {
    add: async (store, jobs) => {
      if (jobs.length === 0) return
      await clock.follow(Number.POSITIVE_INFINITY)
      const now = clock.now()
      const rows = jobs.map(({ kind, key, payload, about = null }) => {
        return { id: uuidv7(), kind, line: `${kind} ${key}`, about, payload, created_at: now }
      })
      await store.jobs.add(rows)
      // The lines are taken in the next transaction, which begins when this one is committed.
      const kinds = new Set(rows.map(({ kind }) => kind))
      for (const runner of runners) if (kinds.has(runner.kind)) runner.take()
    },
    start: (kinds) => {
      sweep()
      sweeper = setInterval(sweep, sweepEveryMs).unref()
      if (kinds.length > 0) begun = begin(kinds).catch((err) => log.error({ err }, 'jobs could not be begun'))
    },
    wake,
    close: async () => {
      isClosed = true
      clearInterval(sweeper)
      await Promise.all([begun, sweeping, ...runners.map((runner) => runner.close())])
    },
  }
}
