import { vi } from 'vitest'

export interface StoppedClock {
  /** Lets so much time pass at once, and with it the timers that are due. */
  pass(milliseconds: number): Promise<void>
  /** Real time again. */
  release(): void
}

/** Shorter waits are of the machinery (the next turn, a try again), and what a server does would stop with them. */
const shortestStoppedMs = 1_000

/**
 * Stops the date and the timers of a second and more of this process; sockets, files and databases go on. Sockets answer
 * pings in real time only, and so does a database: pass 20 s at most, with nothing under way. Deadlines of the test's own
 * waits stop too.
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
  return {
    pass: async (milliseconds) => void (await vi.advanceTimersByTimeAsync(milliseconds)),
    release: () => void vi.useRealTimers(),
  }
}
