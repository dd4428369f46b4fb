import { randomUUID } from 'node:crypto'
import type { JobClock } from './job-clock.ts'
import type { JobKind, JobOutcome } from './job-kind.ts'
import type { JobRow } from './job-store.ts'
import type { JobsOptions } from './jobs.ts'
import { mostTries, retryPause } from './retry-times.ts'

/** How many jobs of a line a node does one after the other, before waiting lines have their turn. */
const mostInARow = 50
const takenElsewhereMs = 100
/** Others hold a line or a job for one transaction. */
const busyMs = 20

/**
 * A transaction that takes lines or settles jobs locks lines in any order, but waits for no lock. One that writes jobs
 * waits for locks of lines, in one order. Kept apart, they never make two nodes wait for each other. A node that is
 * alone has no other node to wait for.
 */
const apartOf = ({ isAlone }: Pick<JobsOptions, 'isAlone'>) => (isAlone ? undefined : 'taking lines')

type RunnerOptions = JobsOptions & { clock: JobClock }

export interface LineRunner {
  kind: string
  /** Looks for due lines, and takes them. */
  wake(): void
  /** Takes due lines without looking first, because a job was just written. */
  take(): void
  /** Takes no more lines; resolves when the tries under way have ended or, after `jobCloseMs`, were aborted. */
  close(): Promise<void>
}

/**
 * Does the jobs of one kind, from the first `wake` or `take` on. It takes due lines, up to the concurrency of the kind,
 * and does the jobs of each in order. It looks again by itself when the next line is due, at the latest after
 * `jobPollMs`. A try that throws or ends as `waiting` is repeated after a growing pause, up to 14 tries; `failed` gives
 * the job up. After 50 jobs in a row a line waits for others. A job whose outcome cannot be stored is done again after
 * its lease. Its own failures are logged, and it goes on.
 */
export function createLineRunner(kind: JobKind, options: RunnerOptions): LineRunner {
  const { store, groupCommit, timing, clock } = options
  const working = new Set<Promise<void>>()
  const closing = new AbortController()
  let isClosed = false
  const workOn = createLine(kind, options, { signal: closing.signal, mayGoOn: () => !isClosed })

  const takeDue: TakeDue = async (isNew) => {
    await clock.follow(timing.jobPollMs)
    const limit = kind.concurrency - working.size
    const later = clock.now() + timing.jobPollMs
    // A line that ends looks again.
    if (limit === 0) return later
    const due = isNew ? 0 : await store.jobs.nextDue(kind.name)
    const now = clock.now()
    if (due === undefined || due > now) return Math.min(due ?? later, later)
    const lease = randomUUID()
    const until = now + timing.jobLeaseMs
    const taking = { kind: kind.name, now, until, lease, limit }
    // Checked in the transaction: meanwhile a closing server may have freed a line that it was working on.
    const take = async ({ store }: Pick<RunnerOptions, 'store'>) => (isClosed ? [] : store.jobs.take(taking))
    const jobs = await groupCommit.run(take, apartOf(options))
    for (const job of jobs) begin(job, lease)
    // A due line that cannot be taken is locked by another node.
    return jobs.length > 0 ? now : Math.min(now + takenElsewhereMs, later)
  }
  const lookout = createLookout(kind, options, takeDue)

  const begin = (job: JobRow, lease: string) => {
    const work = workOn(job, lease).finally(() => {
      working.delete(work)
      lookout.ask('look')
    })
    working.add(work)
  }

  return {
    kind: kind.name,
    wake: () => lookout.ask('look'),
    take: () => lookout.ask('take'),
    close: async () => {
      isClosed = true
      await lookout.close()
      const cancel = clock.after(timing.jobCloseMs, () => closing.abort())
      await Promise.all(working)
      cancel()
    },
  }
}

/**
 * Takes due lines, without looking first if `isNew`; resolves with the time to look again, in milliseconds since 1970.
 */
type TakeDue = (isNew: boolean) => Promise<number>

/** Calls `takeDue` when it is asked to and at the time that the last call gave; never twice at once. */
function createLookout(kind: JobKind, { timing, log, clock }: RunnerOptions, takeDue: TakeDue) {
  let isClosed = false
  let cancel = () => {}
  let looking: Promise<void> | undefined
  let wanted: 'nothing' | 'look' | 'take' = 'nothing'

  const ask = (what: 'look' | 'take') => {
    if (isClosed) return
    if (wanted !== 'take') wanted = what
    looking ??= look().finally(() => {
      looking = undefined
      if (wanted !== 'nothing') ask(wanted)
    })
  }

  const look = async () => {
    cancel()
    let next = 0
    while (wanted !== 'nothing' && !isClosed) {
      const isNew = wanted === 'take'
      wanted = 'nothing'
      next = await takeDue(isNew).catch((err) => {
        log.warn({ err, kind: kind.name }, 'jobs could not be taken; this is tried again')
        return clock.now() + timing.jobPollMs
      })
      if (next <= clock.now() && wanted === 'nothing') wanted = 'look'
    }
    if (!isClosed) cancel = clock.after(next - clock.now(), () => ask('look'))
  }

  return {
    ask,
    close: async () => {
      isClosed = true
      cancel()
      await looking
    },
  }
}

interface LineState {
  /** Aborted when the closing server waits no longer. */
  signal: AbortSignal
  mayGoOn(): boolean
}

/** Does the jobs of one line, from its first job on. */
function createLine(kind: JobKind, options: RunnerOptions, { signal, mayGoOn }: LineState) {
  const { groupCommit, timing, log, clock } = options
  const attempt = async (job: JobRow): Promise<JobOutcome> => {
    try {
      return await kind.run(job, signal)
    } catch (error) {
      return { state: 'waiting', note: error instanceof Error ? error.message : String(error) }
    }
  }

  /** Stores the outcome of a try; resolves with the next job of the line if this node goes on with it. */
  const settle = async (job: JobRow, lease: string, outcome: JobOutcome, isLast: boolean) => {
    const now = clock.now()
    const tries = job.tries + 1
    const isGivenUp = outcome.state === 'failed' || (outcome.state === 'waiting' && tries >= mostTries)
    const state = isGivenUp ? 'failed' : outcome.state
    if (isGivenUp) log.warn({ kind: kind.name, job: job.id, tries, note: outcome.note }, 'a job was given up')
    const goesOn = state !== 'waiting' && !isLast && mayGoOn()
    const pause = Math.max(retryPause(tries, timing.jobRetryMs, Math.random()), outcome.pauseMs ?? 0)
    const dueAt = now + (state === 'waiting' ? pause : goesOn ? timing.jobLeaseMs : 0)
    const note = outcome.note.slice(0, 200)
    const settlement = { lease, state, tries, note, now, dueAt, goesOn }
    for (;;) {
      const next = await groupCommit.run(({ store }) => store.jobs.settle(job, settlement), apartOf(options))
      if (next !== 'busy') return next
      await new Promise<void>((resolve) => void clock.after(busyMs, resolve))
    }
  }

  return async (first: JobRow, lease: string): Promise<void> => {
    let job: JobRow | undefined = first
    try {
      for (let done = 1; job; done++) job = await settle(job, lease, await attempt(job), done === mostInARow)
    } catch (err) {
      log.warn({ err, kind: kind.name }, 'a job could not be settled; it is done again after its lease')
    }
  }
}
