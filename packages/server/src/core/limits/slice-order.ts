import { clearTimeout, setImmediate, setTimeout } from 'node:timers'

/** Decides when work that is done in slices, such as a sync or presence, has its next one. */
export interface SliceOrder {
  /** Resolves when the caller may do its next slice, in a turn of the event loop in which no other slice runs. */
  next(): Promise<void>
  /** How many servers of this process have commits under way. Servers change the number directly, to save calls. */
  committing: number
  /**
   * The callers that wait for their next slice. While there are none, servers need not call the two functions below.
   */
  readonly waiting: readonly unknown[]
  /** Call this when a commit is answered while others are under way. */
  commitSettled(): void
  /** Call this when the last commit of a server is answered. */
  commitsEnded(): void
}

/**
 * Makes an order in which commits go before slices, and the callers of `next` take turns, in the order of their calls.
 * While no commit is under way, one slice runs in each turn of the event loop. Otherwise one slice runs after each
 * commit, or after `longestWaitMs` if the commit takes longer. So a send waits at most for the one slice that runs when
 * it arrives.
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
