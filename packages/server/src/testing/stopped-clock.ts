import { vi } from 'vitest'

export interface StoppedClock {
  /** Lets so much time pass at once, and with it the timers that are due. */
  pass(milliseconds: number): Promise<void>
  /** Real time again. */
  release(): void
}

/**
 * Stops the timers and the date of this process; sockets, files and databases go on. A server answers pings in real time
 * only, so 45 s and more must pass in steps, with an answer awaited between them. Deadlines of the test's own waits stop
 * too: it passes less than `patience.waitMs`.
 *
 * @example
 * const clock = stopClock()
 * onTestFinished(clock.release)
 * await clock.pass(15_000)
 */
export function stopClock(): StoppedClock {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], shouldClearNativeTimers: true })
  return {
    pass: async (milliseconds) => void (await vi.advanceTimersByTimeAsync(milliseconds)),
    release: () => void vi.useRealTimers(),
  }
}
