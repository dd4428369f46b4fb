/** The clock of jobs. It shows the same time on all nodes, also if the machine's clock of a node is wrong. */
export interface JobClock {
  /** Milliseconds since 1970; 0 before `follow` has asked once. */
  now(): number
  /** Reads the shared time again if the last reading is more than `longestMs` old. Rejects if that fails. */
  follow(longestMs: number): Promise<void>
  /** Runs this once so many milliseconds have passed; the returned function prevents it. */
  after(milliseconds: number, run: () => void): () => void
}

interface SharedClockOptions {
  /** Resolves with the time that all nodes share, in milliseconds since 1970. */
  ask(): Promise<number>
  /**
   * Does no other node use it? Then the time never goes back, so that due jobs stay due if the machine's clock is set
   * back.
   */
  isAlone: boolean
}

/**
 * Makes a clock that has the time of `ask`. `follow` calls `ask` if the last answer is older than it accepts; in
 * between, the time that has passed in this process is added to that answer. `now` is 0 before the first answer. A
 * later answer may set the clock back, unless `isAlone`. The timers of `after` do not keep the process alive.
 */
export function createSharedClock({ ask, isAlone }: SharedClockOptions): JobClock {
  let askedAt = 0
  /** How far the shared time is ahead of `performance.now()`; undefined before the first reading. */
  let ahead: number | undefined
  return {
    now: () => (ahead === undefined ? 0 : Math.floor(performance.now() + ahead)),
    follow: async (longestMs) => {
      if (ahead !== undefined && performance.now() - askedAt <= longestMs) return
      const now = await ask()
      // After the answer: the clock is then a little slow rather than fast, and no job is taken too early.
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
