import type { OpenTransaction } from '../commit/open-transaction.ts'
import type { Kernel } from '../kernel.ts'
import { OperationError } from '../operation-error.ts'
import { sliceOrder } from './slice-order.ts'

/** Every node looks for unfinished work after this many milliseconds; that several nodes work on one does no harm. */
const searchMs = 60_000

/**
 * Runs one slice in a transaction of its own, after other requests that wait. Rejects with `unavailable` while the
 * server closes.
 */
export type Slice = <T>(work: (transaction: OpenTransaction) => Promise<T>) => Promise<T>

interface SlicedWorkOptions {
  /** For the log: the name of the work, and the field for its ids. */
  name: string
  idName: 'userId' | 'conversationId'
  /** The ids of all work that has begun and is not done. */
  pending(): Promise<string[]>
  /** Does the work of one id. After a crash it is called again from the start. */
  work(id: string, slice: Slice): Promise<void>
}

export interface SlicedWork {
  /** Does the work of one id, which must have begun; resolves when it is done. Simultaneous calls share one run. */
  run(id: string): Promise<void>
  /** Does all work that has begun, in the background, after the open transaction is committed. */
  resume(): void
}

/**
 * Does long work in slices between other commits. It begins at once, in the background, with all that `pending` names,
 * and again every minute, so that work continues after a restart or a failure. Failures are logged there; only `run`
 * rejects with them. Simultaneous runs of one id are one. The closing server waits for the runs under way, whose next
 * slice is refused.
 */
export function startSlicedWork(
  { groupCommit, log, whenClosing }: Pick<Kernel, 'groupCommit' | 'log' | 'whenClosing'>,
  { name, idName, pending, work }: SlicedWorkOptions,
): SlicedWork {
  const running = new Map<string, Promise<void>>()
  let isClosed = false
  const slice: Slice = async (one) => {
    await sliceOrder.next()
    if (isClosed)
      throw new OperationError('unavailable', `The server is closing. The ${name} continues when it starts again.`)
    // In a batch of its own, because it may lock rows in another order than a command.
    return groupCommit.run(one, Symbol())
  }
  const run = (id: string): Promise<void> => {
    const begun = running.get(id)
    if (begun) return begun
    const done = work(id, slice).finally(() => running.delete(id))
    running.set(id, done)
    return done
  }
  const interrupted = (err: unknown, id?: string) => {
    if (!isClosed) log.warn({ err, [idName]: id }, `the ${name} was interrupted; it continues later`)
  }
  const resumeAll = async () => {
    for (const id of await pending()) {
      if (isClosed) return
      // One that always fails must not stop the others.
      if (!running.has(id)) await run(id).catch((err: unknown) => interrupted(err, id))
    }
  }
  const resumeInBackground = () => void resumeAll().catch((err: unknown) => interrupted(err))
  const timer = setInterval(resumeInBackground, searchMs).unref()
  resumeInBackground()
  whenClosing(async () => {
    isClosed = true
    clearInterval(timer)
    await Promise.allSettled(running.values())
  })
  // The next transaction begins after the open one is committed.
  const resume = () => void groupCommit.run(async () => {}).then(resumeInBackground, () => {})
  return { run, resume }
}
