import { abortable } from './abortable.ts'
import type { Unsubscribe } from './chat.ts'

/** The time, so that tests can move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls once after so many milliseconds, unless the returned function is called before. */
  after(ms: number, run: () => void): Unsubscribe
}

/**
 * Resolves after `ms` milliseconds of this clock. Rejects with the reason of the signal if that is aborted before or
 * during the wait.
 */
export const delay = (clock: Clock, ms: number, signal?: AbortSignal): Promise<void> =>
  abortable(signal, (resolve) => clock.after(ms, resolve))

/** What tests and some platforms replace. `WebSocket` and `fetch` are always those of the platform. */
export interface Environment {
  clock: Clock
  /** At least 0, less than 1. */
  random(): number
  /** Calls back when the network or the person comes back, and when the network goes: the line may not know it yet. */
  onWake(wake: () => void): Unsubscribe
}

const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

function onBrowserWake(wake: () => void): Unsubscribe {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => {}
  const ending = new AbortController()
  const ifVisible = () => {
    if (document.visibilityState === 'visible') wake()
  }
  for (const name of ['online', 'offline']) window.addEventListener(name, wake, ending)
  window.addEventListener('focus', ifVisible, ending)
  document.addEventListener('visibilitychange', ifVisible, ending)
  return () => ending.abort()
}

/**
 * The environment of the platform: `Date.now`, timers and `Math.random`. `onWake` follows the network, focus and
 * visibility of a browser's page, and calls nothing outside of browsers.
 */
export const systemEnvironment: Environment = {
  clock: systemClock,
  random: Math.random,
  onWake: onBrowserWake,
}
