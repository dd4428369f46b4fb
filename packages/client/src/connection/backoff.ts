const shortestMs = 500
const longestMs = 30_000

/** The first so many tries, over more than two minutes, are at most `searchMs` apart. */
const searches = 100
const searchMs = 3_000

/** The waits between tries, with full jitter, so that clients that lost a server together do not all return at once. */
export interface Backoff {
  /** Milliseconds to wait, at least `retryAfterMs`; it does not wait itself. Their limit grows until `reset`. */
  next(retryAfterMs?: number | null): number
  reset(): void
}

/**
 * Makes a series of random waits. `next` returns milliseconds and does not wait: from 0 to half a second at first and
 * after `reset`; the limit doubles with each call, up to 30 s. A `retryAfterMs` is added, without a limit. `random`
 * returns at least 0 and less than 1.
 */
export const createBackoff = (random: () => number): Backoff => backoffWithin(random, () => longestMs)

/**
 * Makes a series of random waits for a server that cannot be reached: as those of `createBackoff`, but at most 3 s for
 * the first 100 calls from the start or a `reset`, about two and a half minutes. A server that gave a `retryAfterMs`, 0
 * included, can be reached, so `next` then adds a wait up to the usual, longer limit to it.
 */
export const createSearchBackoff = (random: () => number): Backoff =>
  backoffWithin(random, (tries, isThere) => (isThere || tries >= searches ? longestMs : searchMs))

function backoffWithin(random: () => number, longestOf: (tries: number, isThere: boolean) => number): Backoff {
  let tries = 0
  return {
    next(retryAfterMs) {
      const isThere = typeof retryAfterMs === 'number'
      const most = Math.min(longestOf(tries, isThere), shortestMs * 2 ** tries)
      tries++
      return (retryAfterMs ?? 0) + random() * most
    },
    reset() {
      tries = 0
    },
  }
}
