import type { OpenTransaction } from '../commit/open-transaction.ts'
import type { Kernel } from '../kernel.ts'
import { OperationError } from '../operation-error.ts'
import { sliceOrder } from './slice-order.ts'

/** Milliseconds. Every node looks for what a killed server left; it does no harm that several find it. */
const searchMs = 60_000

/** Does so much in a transaction of its own, after what others wait for. */
export type Slice = <T>(work: (transaction: OpenTransaction) => Promise<T>) => Promise<T>

interface SlicedWorkOptions {
  /** For the log: what it is, and what its ids are ids of. */
  name: string
  idName: 'userId' | 'conversationId'
  /** The ids of what has begun and is not done. */
  pending(): Promise<string[]>
  /** Does one of them. After a crash all of it is done again. */
  work(id: string, slice: Slice): Promise<void>
}

export interface SlicedWork {
  /** Resolves when it is done. */
  run(id: string): Promise<void>
  /** Does all that has begun once the transaction that is open is committed. It is not waited for. */
  resume(): void
}

/** Does long work in slices between which everybody else's commands run, and goes on after a restart. */
export function startSlicedWork(
  { groupCommit, log, whenClosing }: Pick<Kernel, 'groupCommit' | 'log' | 'whenClosing'>,
  { name, idName, pending, work }: SlicedWorkOptions,
): SlicedWork {
  const running = new Map<string, Promise<void>>()
  let isClosed = false
  const slice: Slice = async (one) => {
    await sliceOrder.next()
    if (isClosed)
      throw new OperationError('unavailable', `The server closes. The ${name} goes on when it starts again.`)
    // By itself: it may hold rows in another order than a command does.
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
    if (!isClosed) log.warn({ err, [idName]: id }, `the ${name} was interrupted; it goes on later`)
  }
  const resumeAll = async () => {
    for (const id of await pending()) {
      if (isClosed) return
      // One that takes long, or fails each time, holds up no other.
      if (!running.has(id)) await run(id).catch((err: unknown) => interrupted(err, id))
    }
  }
  const look = () => void resumeAll().catch((err: unknown) => interrupted(err))
  const timer = setInterval(look, searchMs).unref()
  look()
  whenClosing(async () => {
    isClosed = true
    clearInterval(timer)
    await Promise.allSettled(running.values())
  })
  // The next transaction begins when the one that is open is committed.
  const resume = () => void groupCommit.run(async () => {}).then(look, () => {})
  return { run, resume }
}
