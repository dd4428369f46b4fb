import { clearTimeout, setImmediate, setTimeout } from 'node:timers'

/** Decides when work that is done in slices, such as a sync or presence, has its next one. */
export interface SliceOrder {
  /** Resolves when the caller may do its next slice, in a turn of the event loop in which nobody else does one. */
  next(): Promise<void>
  /** Commits are under way from now on, until `commitsEnded`. */
  commitsBegan(): void
  /** One of the commits under way is answered. */
  commitSettled(): void
  commitsEnded(): void
}

/**
 * Lets commits go first, and those who work in slices take turns. While no commit is under way, each turn of the event
 * loop has one slice; else one slice follows each commit, and one that takes longer than `longestWaitMs` is not waited for.
 * So a send waits for the slice that runs when it arrives, and for no other.
 */
export function createSliceOrder(longestWaitMs = 5): SliceOrder {
  const waiting: (() => void)[] = []
  /** Each server of this process counts once. */
  let committing = 0
  let isScheduled = false
  let patience: NodeJS.Timeout | undefined

  const allowOne = () => {
    waiting.shift()?.()
    schedule()
  }

  const schedule = () => {
    if (waiting.length === 0) return
    if (committing > 0) {
      patience ??= setTimeout(() => {
        patience = undefined
        allowOne()
      }, longestWaitMs)
    } else if (!isScheduled) {
      isScheduled = true
      setImmediate(() => {
        isScheduled = false
        // What arrived in this turn may have begun a commit.
        if (committing > 0) schedule()
        else allowOne()
      })
    }
  }

  const endPatience = () => {
    clearTimeout(patience)
    patience = undefined
  }

  return {
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        schedule()
      }),
    commitsBegan: () => {
      committing++
    },
    commitSettled: () => {
      endPatience()
      // Behind the frames of this commit, which leave at the end of the turn.
      setImmediate(allowOne)
    },
    commitsEnded: () => {
      committing--
      endPatience()
      schedule()
    },
  }
}

/** A process has one event loop, whatever number of servers it runs. */
export const sliceOrder = createSliceOrder()
