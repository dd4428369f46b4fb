import { clearTimeout, setImmediate, setTimeout } from 'node:timers'

/** Decides when work that is done in slices, such as a sync or presence, has its next one. */
export interface SliceOrder {
  /** Resolves when the caller may do its next slice, in a turn of the event loop in which nobody else does one. */
  next(): Promise<void>
  /** How many servers of this process have commits under way. They count themselves: a commit calls nothing for that. */
  committing: number
  /** Those who wait for their next slice. Only where there are some need a server call the two below. */
  readonly waiting: readonly unknown[]
  /** One of the commits under way is answered. */
  commitSettled(): void
  /** A server has no more commits under way. */
  commitsEnded(): void
}

/**
 * Lets commits go first, and those who work in slices take turns. While no commit is under way, each turn of the event
 * loop has one slice; else one slice follows each commit, and one that takes longer than `longestWaitMs` is not waited for.
 * So a send waits for the slice that runs when it arrives, and for no other.
 */
export function createSliceOrder(longestWaitMs = 5): SliceOrder {
  const waiting: (() => void)[] = []
  let isScheduled = false
  let patience: NodeJS.Timeout | undefined

  const allowOne = () => {
    waiting.shift()?.()
    schedule()
  }

  const schedule = () => {
    if (waiting.length === 0) return
    if (order.committing > 0) {
      patience ??= setTimeout(() => {
        patience = undefined
        allowOne()
      }, longestWaitMs)
    } else if (!isScheduled) {
      isScheduled = true
      setImmediate(() => {
        isScheduled = false
        // What arrived in this turn may have begun a commit.
        if (order.committing > 0) schedule()
        else allowOne()
      })
    }
  }

  const endPatience = () => {
    clearTimeout(patience)
    patience = undefined
  }

  const order: SliceOrder = {
    committing: 0,
    waiting,
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        schedule()
      }),
    commitSettled: () => {
      endPatience()
      // Behind the frames of this commit, which leave at the end of the turn.
      setImmediate(allowOne)
    },
    commitsEnded: () => {
      endPatience()
      schedule()
    },
  }
  return order
}

/** One for the process, because all its servers share one event loop. */
export const sliceOrder = createSliceOrder()
