import { type Database, isOutOfOrder, isRace, type Transaction } from '../storage/database.ts'
import { inTransaction } from '../storage/in-transaction.ts'
import type { CreateStore, Store } from '../storage/store.ts'
import type { Deliver, Delivery } from './deliver.ts'
import { together } from './job-order.ts'

/** A command that waits for the next transaction. */
export interface Job {
  /** Jobs with the same batch that stand next to each other are run by one call of it; if it throws, nothing is committed. */
  batch: (jobs: readonly Job[], transaction: OpenTransaction) => Promise<void>
  /** What the command names: its conversation is held for the whole transaction. */
  input?: { conversationId?: string; messageId?: string }
  /** Who asks, if it is not the server itself: their jobs keep their order. */
  caller?: { user: { id: string } | null }
  /** Called after the commit is durable and its events are handed over, which reach the sockets first if nothing must be read. */
  settle(): void
  fail(error: unknown): void
}

export interface OpenTransaction {
  store: Store
  now: number
  emit(delivery: Delivery): void
  /** Runs work that leaves no trace, neither rows nor events, if it throws. */
  attempt<T>(work: () => Promise<T>): Promise<T>
}

/** Bounds of one transaction, so that the event loop breathes between two. */
const most = { jobs: 256, milliseconds: 25, tries: 5, undelivered: 64 }

interface Committed {
  done: readonly Job[]
  deliveries: readonly Delivery[]
}

/** Told of each commit that is on the disk: how many jobs it settled, and the seconds that it took. */
export type OnCommit = (jobs: number, seconds: number) => void

interface Parts {
  database: Database
  createStore: CreateStore
  deliver: Deliver
  onCommit?: OnCommit
  /** Called with what went wrong after a commit, when no answer can say it any more. */
  failed?: (cause: unknown) => void
}

export interface GroupCommit {
  submit(job: Job): void
  /** Runs work of the server's own in the next transaction, in a savepoint of its own. */
  run<T>(work: (transaction: OpenTransaction) => Promise<T>): Promise<T>
  /** Resolves when everything that was submitted has been settled and delivered. */
  idle(): Promise<void>
  /** Resolves when what was committed so far is delivered. */
  delivered(): Promise<void>
  waiting(): number
  /** Has the disk failed, so that nothing is taken any more? */
  isLost(): boolean
}

/**
 * While one commit is being made durable, what arrives is queued and goes into the next transaction together. Nobody is
 * answered before their commit, and a whole commit is delivered in one turn, before it is answered. Where a delivery must
 * read something first the answers do not wait for it: what comes later keeps its place behind it.
 */
export function createGroupCommit(given: Parts): GroupCommit {
  const { database, createStore, deliver, onCommit = () => {}, failed = () => {} } = given
  let queue: Job[] = []
  let running = false
  const idle: (() => void)[] = []
  /** Commits that are answered and whose deliveries still wait for something. */
  let undelivered = 0
  let lastDelivery: Promise<void> = Promise.resolve()

  // A kernel forgets what it could not write, and calls the next sync a success: after a failed one, only a restart tells
  // what is on the disk, and nothing more is promised until then.
  let failure: { cause: unknown } | undefined

  const submit = (job: Job) => {
    if (failure) return job.fail(failure.cause)
    queue.push(job)
    if (running) return
    running = true
    setImmediate(flush)
  }

  const flush = async () => {
    const taken = together(queue.splice(0, most.jobs))
    const done = await settle(taken)
    if (done < taken.length) queue = taken.slice(done).concat(queue)
    if (queue.length > 0) return void setImmediate(flush)
    running = false
    await lastDelivery
    if (!running) for (const resolve of idle.splice(0)) resolve()
  }

  const handOver = async (deliveries: readonly Delivery[], before: Promise<void>) => {
    undelivered++
    try {
      await deliver(deliveries)
    } catch (error) {
      failed(error)
    }
    // What has nothing to wait for may be past what does, and is not the end of it.
    await before
    undelivered--
  }

  /** Commits, waits for the disk, delivers and answers; says how many of the jobs it got to. */
  const settle = async (jobs: readonly Job[], tries = 1): Promise<number> => {
    let committed: Committed
    const began = performance.now()
    try {
      committed = await commit(jobs)
    } catch (error) {
      // Nothing was changed. One of them may be to blame, or another node came in between: so each gets a transaction of
      // its own, unless the database failed.
      const isWorthIt = isRace(error) ? tries < most.tries : jobs.length > 1 && !isOutOfOrder(error)
      if (isWorthIt) for (const job of jobs) await settle([job], tries + 1)
      else answerAll(jobs, (job) => job.fail(error))
      return jobs.length
    }
    const { done, deliveries } = committed
    try {
      await database.sync()
    } catch (error) {
      failure = { cause: error }
      answerAll(jobs, (job) => job.fail(error))
      return jobs.length
    }
    // What is on the disk is answered as done, also if a listener of it fails.
    guard(() => onCommit(done.length, (performance.now() - began) / 1_000))
    lastDelivery = handOver(deliveries, lastDelivery)
    answerAll(done, (job) => job.settle())
    // What waits in memory has an end.
    if (undelivered > most.undelivered) await lastDelivery
    return done.length
  }

  /** An answer that fails takes no other with it. */
  const answerAll = (jobs: readonly Job[], answer: (job: Job) => void) => {
    for (const job of jobs) guard(() => answer(job))
  }

  const guard = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch (error) {
      failed(error)
      return undefined
    }
  }

  const commit = async (jobs: readonly Job[]): Promise<Committed> => {
    if (failure) throw failure.cause
    return inTransaction(database.write, async (transaction) => {
      const open = openTransaction(transaction, createStore)
      await open.store.conversations.hold(jobs.flatMap((job) => job.input ?? []))
      const done = await runJobs(jobs, open)
      open.check()
      return { done, deliveries: open.deliveries }
    })
  }

  const run = <T>(work: (transaction: OpenTransaction) => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      let settle = () => {}
      const batch: Job['batch'] = async (_, transaction) => {
        const outcome = transaction.attempt(() => work(transaction))
        settle = () => resolve(outcome)
        await outcome.catch(() => {})
      }
      submit({ batch, settle: () => settle(), fail: reject })
    })

  return {
    submit,
    run,
    waiting: () => queue.length,
    isLost: () => failure !== undefined,
    delivered: () => lastDelivery,
    idle: () => (running ? new Promise((resolve) => idle.push(resolve)) : lastDelivery),
  }
}

async function runJobs(jobs: readonly Job[], open: OpenTransaction): Promise<readonly Job[]> {
  const deadline = performance.now() + most.milliseconds
  let start = 0
  while (start < jobs.length && performance.now() < deadline) {
    let end = start + 1
    while (end < jobs.length && jobs[end]?.batch === jobs[start]?.batch) end++
    const run = jobs.slice(start, end)
    await run[0]?.batch(run, open)
    start = end
  }
  return jobs.slice(0, start)
}

interface RunningTransaction extends OpenTransaction {
  deliveries: Delivery[]
  /** Throws if the database has given the whole transaction up. */
  check(): void
}

function openTransaction(transaction: Transaction, createStore: CreateStore): RunningTransaction {
  const deliveries: Delivery[] = []
  let lost: { cause: unknown } | undefined
  // A full or failing disk makes SQLite roll back everything by itself. What ran then would be committed on its own.
  const check = () => {
    if (lost) throw lost.cause
  }
  return {
    deliveries,
    check,
    store: createStore(transaction),
    now: Date.now(),
    emit: (delivery) => void deliveries.push(delivery),
    attempt: async (work) => {
      check()
      const events = deliveries.length
      const point = await transaction.savepoint('operation').execute()
      try {
        const result = await work()
        await point.releaseSavepoint('operation').execute()
        return result
      } catch (error) {
        deliveries.length = events
        await point
          .rollbackToSavepoint('operation')
          .execute()
          .catch(() => {
            lost = { cause: error }
          })
        // What this did is done again with everything, as it would see it now.
        if (isRace(error)) lost ??= { cause: error }
        throw error
      }
    },
  }
}
