import { vi } from 'vitest'
import type { JobClock } from '../core/jobs/job-clock.ts'

export interface StoppedClock {
  /** Lets so much time pass at once, and runs the timers that become due. */
  pass(milliseconds: number): Promise<void>
  /** Returns to real time. */
  release(): void
}

/**
 * Shorter timers go on: they are technical waits (the next turn, a retry), without which a server would stop working.
 */
const shortestStoppedMs = 1_000

/**
 * Stops the date and the timers of a second and more in this process; sockets, files and databases go on. Sockets
 * answer pings only in real time, and so does a database: pass 20 s at most, with nothing under way. The deadlines of
 * the test's own waits stop, too.
 *
 * @example
 * const clock = stopClock()
 * onTestFinished(clock.release)
 * await clock.pass(15_000)
 */
export function stopClock(): StoppedClock {
  const realTimeout = globalThis.setTimeout
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], shouldClearNativeTimers: true })
  const stoppedTimeout = globalThis.setTimeout
  const chosenTimeout = (run: () => void, milliseconds = 0, ...rest: []) =>
    (milliseconds < shortestStoppedMs ? realTimeout : stoppedTimeout)(run, milliseconds, ...rest)
  globalThis.setTimeout = Object.assign(chosenTimeout, realTimeout)
  // `expect.poll` would let time pass with each try, so that the time would depend on the number of tries.
  const { advanceTimersByTime } = vi
  vi.advanceTimersByTime = () => vi
  return {
    pass: async (milliseconds) => void (await vi.advanceTimersByTimeAsync(milliseconds)),
    release: () => {
      vi.advanceTimersByTime = advanceTimersByTime
      vi.useRealTimers()
    },
  }
}

export interface StoppedJobClock extends JobClock {
  /** Lets time pass at once, and runs what is due then. */
  pass(milliseconds: number): void
}

/** A clock of jobs that stands still until a test lets time pass. The database goes by its own clock. */
export function stoppedJobClock(): StoppedJobClock {
  const timers = new Map<() => void, number>()
  let now = Date.parse('2100-01-01')
  return {
    now: () => now,
    follow: async () => {},
    after: (milliseconds, run) => {
      timers.set(run, now + milliseconds)
      return () => void timers.delete(run)
    },
    pass: (milliseconds) => {
      now += milliseconds
      for (const [run, at] of timers) {
        if (at > now) continue
        timers.delete(run)
        run()
      }
    },
  }
}
