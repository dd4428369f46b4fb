const shortestMs = 500
const longestMs = 30_000

/** The first so many tries, over more than two minutes, are at most `searchMs` apart. */
const searches = 100
const searchMs = 3_000

/** The waits between tries, with full jitter, so that clients that lost a server together do not all return at once. */
export interface Backoff {
  /** Milliseconds until the next try, at least `retryAfterMs`. Their upper limit grows with each call until `reset`. */
  next(retryAfterMs?: number | null): number
  reset(): void
}

/** The usual waits: at most half a second at first, then twice as long each time, up to 30 s. */
export const createBackoff = (random: () => number): Backoff => backoffWithin(random, () => longestMs)

/**
 * The waits for a server that cannot be reached: at most 3 s between the first 100 tries, over more than two minutes,
 * and at most 30 s later. A server that gave a `retryAfterMs` can be reached, so `next` then gives the usual, longer
 * wait.
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
