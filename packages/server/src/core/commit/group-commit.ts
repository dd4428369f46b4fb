import { type Database, isDatabaseUnavailable, isRace } from '../../storage/database.ts'
import { inTransaction } from '../../storage/in-transaction.ts'
import type { CreateStore } from '../../storage/store.ts'
import type { Deliver } from '../deliver.ts'
import type { Delivery } from '../delivery.ts'
import { type SliceOrder, sliceOrder } from '../limits/slice-order.ts'
import { type OpenTransaction, openTransaction, type RunningTransaction } from './open-transaction.ts'
import { runAsJob } from './server-job.ts'

/** A command that waits for the next transaction. */
export interface Job {
  /** Jobs with the same batch that stand next to each other are run by one call of it; if it throws, nothing is committed. */
  batch: (jobs: readonly Job[], transaction: OpenTransaction) => Promise<void>
  /** The conversation, or the message's, that the command names is locked for the whole transaction. */
  input?: { conversationId?: string; messageId?: string }
  /** A transaction takes up only jobs for which this is the same. */
  apart?: unknown
  /** The caller, if it is not the server itself: the jobs of one caller keep their order. */
  caller?: { user: { id: string } | null }
  /** Called after the commit is durable and its events are handed over, which reach the sockets first if nothing must be read. */
  settle(): void
  fail(error: unknown): void
}

/** Bounds of one transaction, so that the event loop breathes between two. */
const most = { jobs: 256, milliseconds: 25, tries: 5, undelivered: 64, setBackMs: 24 * 60 * 60_000 }

/** Called for each commit that is on the disk, with the number of jobs that it settled, the seconds that it took and its events. */
export type OnCommit = (jobs: number, seconds: number, deliveries: readonly Delivery[]) => void

interface GroupCommitOptions {
  database: Database
  createStore: CreateStore
  deliver: Deliver
  /** Writes what follows from the events of a transaction, as a part of it. */
  beforeCommit?: ((transaction: RunningTransaction) => Promise<void>) | undefined
  onCommit?: Iterable<OnCommit>
  /** When the newest stored row was written, in milliseconds since 1970. Later commits get later times. */
  latestAt?: number
  /** Called with each error after a commit, when it can no longer be reported in an answer. */
  failed?: (cause: unknown) => void
  slices?: SliceOrder
}

export interface GroupCommit {
  submit(job: Job): void
  /** Runs the server's own work in a savepoint of the next transaction, perhaps again. Settles like it if durable. */
  run<T>(work: (transaction: OpenTransaction) => Promise<T>, apart?: unknown): Promise<T>
  /** Resolves when everything that was submitted has been settled and delivered. */
  idle(): Promise<void>
  /** Resolves when what was committed so far is delivered. */
  delivered(): Promise<void>
  waiting(): number
  /** Has the disk failed? Then every job fails until a restart. */
  isLost(): boolean
}

/**
 * `submit` runs waiting jobs together in one transaction. Once it is on disk, its events are delivered, then its jobs
 * settled; a delivery that must read first delays later ones, not answers. If it fails, each of several jobs runs
 * alone, after lost races up to 5 times; all fail if the database is away or the disk has failed.
 */
export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  const { settle, failure, lastDelivery } = createSettling(options)
  const { slices = sliceOrder } = options
  let queue: Job[] = []
  let running = false
  const idle: (() => void)[] = []

  const submit = (job: Job) => {
    const lost = failure()
    if (lost) return job.fail(lost.cause)
    queue.push(job)
    if (running) return
    running = true
    slices.committing++
    setImmediate(flush)
  }

  const flush = async () => {
    const taken = together(queue.splice(0, most.jobs))
    const done = await settle(taken)
    if (done < taken.length) queue = taken.slice(done).concat(queue)
    if (queue.length > 0) {
      setImmediate(flush)
      if (slices.waiting.length > 0) slices.commitSettled()
      return
    }
    running = false
    slices.committing--
    if (slices.waiting.length > 0) slices.commitsEnded()
    await lastDelivery()
    if (!running) for (const resolve of idle.splice(0)) resolve()
  }

  return {
    submit,
    run: (work, apart) => runAsJob(submit, work, apart),
    waiting: () => queue.length,
    isLost: () => failure() !== undefined,
    delivered: lastDelivery,
    idle: () => (running ? new Promise((resolve) => idle.push(resolve)) : lastDelivery()),
  }
}

/**
 * The jobs of a transaction in an order in which those of one batch stand together: receipts between messages would else
 * be a batch for each. The jobs of one caller keep their order; a job passes only those of others, not committed yet.
 */
function together(jobs: readonly Job[]): Job[] {
  const groups: Job[][] = []
  const lastOf = new Map<unknown, number>()
  for (const job of jobs) {
    const asker = job.caller === undefined ? undefined : (job.caller.user?.id ?? job)
    let index = lastOf.get(asker) ?? 0
    while (index < groups.length && groups[index]?.[0]?.batch !== job.batch) index++
    groups[index] ??= []
    groups[index]?.push(job)
    lastOf.set(asker, index)
  }
  return groups.flat()
}

interface Settling {
  /** Commits, waits for the disk, delivers and answers; resolves with the number of jobs that are settled or failed. */
  settle(jobs: readonly Job[]): Promise<number>
  /** The failure of the disk after which every job is refused; undefined if there was none. */
  failure(): { cause: unknown } | undefined
  /** Resolves when what was committed so far is delivered. */
  lastDelivery(): Promise<void>
}

function createSettling({ onCommit = [], failed = () => {}, latestAt = 0, ...options }: GroupCommitOptions): Settling {
  const { handOver, lastDelivery, isBehind } = createHandOver(options.deliver, failed)
  // A kernel forgets what it could not write, and calls the next sync a success: after a failed one, only a restart tells
  // what is on the disk, and nothing more is promised until then.
  let failure: { cause: unknown } | undefined
  let latest = latestAt

  const settle = async (jobs: readonly Job[], tries = 1): Promise<number> => {
    let committed: Awaited<ReturnType<typeof commit>>
    const began = performance.now()
    try {
      if (failure) throw failure.cause
      latest = timeAfter(latest, Date.now())
      committed = await commit(jobs, options, latest)
    } catch (error) {
      // Nothing was changed. One of them may be to blame, or another node came in between: so each gets a transaction of
      // its own, unless the database failed.
      if (isWorthRetrying(error, jobs, tries)) for (const job of jobs) await settle([job], tries + 1)
      else answerAll(jobs, (job) => job.fail(error), failed)
      return jobs.length
    }
    const { done, deliveries } = committed
    try {
      await options.database.sync()
    } catch (error) {
      failure = { cause: error }
      answerAll(jobs, (job) => job.fail(error), failed)
      return jobs.length
    }
    // What is on the disk is answered as done, also if a listener of it fails.
    for (const hear of onCommit) guard(() => hear(done.length, (performance.now() - began) / 1_000, deliveries), failed)
    handOver(deliveries)
    answerAll(done, (job) => job.settle(), failed)
    // This bounds the deliveries that wait in memory.
    if (isBehind()) await lastDelivery()
    return done.length
  }
  return { settle, failure: () => failure, lastDelivery }
}

const isWorthRetrying = (error: unknown, jobs: readonly Job[], tries: number): boolean =>
  isRace(error) ? tries < most.tries : jobs.length > 1 && !isDatabaseUnavailable(error)

type Failed = (cause: unknown) => void

/** Delivers in the background, and counts the commits whose deliveries are not done. */
function createHandOver(deliver: Deliver, failed: Failed) {
  /** Commits that are answered and whose deliveries still wait for something. */
  let undelivered = 0
  let last: Promise<void> = Promise.resolve()
  const handOver = async (deliveries: readonly Delivery[], before: Promise<void>) => {
    undelivered++
    try {
      await deliver(deliveries)
    } catch (error) {
      failed(error)
    }
    // A delivery may end before an earlier one, and `last` must stand for both.
    await before
    undelivered--
  }
  return {
    handOver: (deliveries: readonly Delivery[]): void => {
      last = handOver(deliveries, last)
    },
    lastDelivery: () => last,
    isBehind: () => undelivered > most.undelivered,
  }
}

/** Answers each job, also if the answer to another one throws. */
function answerAll(jobs: readonly Job[], answer: (job: Job) => void, failed: Failed): void {
  for (const job of jobs) guard(() => answer(job), failed)
}

function guard(work: () => void, failed: Failed): void {
  try {
    work()
  } catch (error) {
    failed(error)
  }
}

type CommitOptions = Pick<GroupCommitOptions, 'database' | 'createStore' | 'beforeCommit'>

/** If the clock was set back by up to a day, later commits get later times all the same: the newest stays newest. */
const timeAfter = (latest: number, clock: number): number =>
  clock >= latest || clock < latest - most.setBackMs ? clock : latest + 1

const commit = (jobs: readonly Job[], { database, createStore, beforeCommit }: CommitOptions, now: number) =>
  inTransaction(database.write, async (transaction) => {
    const open = openTransaction(transaction, createStore, now)
    await open.store.heads.hold(jobs.flatMap((job) => job.input ?? []))
    const done = await runJobs(jobs, open)
    open.check()
    if (beforeCommit) await beforeCommit(open)
    return { done, deliveries: open.deliveries }
  })

async function runJobs(jobs: readonly Job[], open: OpenTransaction): Promise<readonly Job[]> {
  const deadline = performance.now() + most.milliseconds
  let start = 0
  while (start < jobs.length && performance.now() < deadline && jobs[start]?.apart === jobs[0]?.apart) {
    let end = start + 1
    while (end < jobs.length && jobs[end]?.batch === jobs[start]?.batch) end++
    await jobs[start]?.batch(jobs.slice(start, end), open)
    start = end
  }
  return jobs.slice(0, start)
}
