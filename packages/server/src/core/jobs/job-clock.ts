/** The time that jobs use. It is the same on all nodes, also where the clock of a node is wrong. */
export interface JobClock {
  /** Milliseconds since 1970; 0 before `follow` has asked once. */
  now(): number
  /** Asks again what time it is, if that was asked longer ago than so many milliseconds. */
  follow(longestMs: number): Promise<void>
  /** Runs this once so many milliseconds have passed; the returned function prevents it. */
  after(milliseconds: number, run: () => void): () => void
}

interface SharedClockOptions {
  /** Resolves with the time that all nodes go by, in milliseconds since 1970. */
  ask(): Promise<number>
  /** Does nobody else go by it? Then it never goes back, so that what is due stays due where the machine's clock is set back. */
  isAlone: boolean
}

/** Goes by the clock that is asked, and by the ticks of this process in between. */
export function createSharedClock({ ask, isAlone }: SharedClockOptions): JobClock {
  let askedAt = 0
  /** Of the clock before the ticks of this process. */
  let ahead: number | undefined
  return {
    now: () => (ahead === undefined ? 0 : Math.floor(performance.now() + ahead)),
    follow: async (longestMs) => {
      if (ahead !== undefined && performance.now() - askedAt <= longestMs) return
      const now = await ask()
      // After the answer: a node whose clock is a little late takes nothing too early.
      askedAt = performance.now()
      const asked = now - askedAt
      ahead = isAlone ? Math.max(ahead ?? asked, asked) : asked
    },
    after: (milliseconds, run) => {
      const timer = setTimeout(run, milliseconds).unref()
      return () => clearTimeout(timer)
    },
  }
}
