const shortestMs = 500
const longestMs = 30_000

/** For so many tries, which are more than two minutes, a host that is away is looked for at least this often. */
const searches = 100
const searchMs = 3_000

/** How long to wait before the next try: full jitter, so that clients that lost a server together come back spread out. */
export interface Backoff {
  /** Milliseconds; at least as many as the server asked for. */
  next(retryAfterMs?: number | null): number
  reset(): void
}

export const createBackoff = (random: () => number): Backoff => backoffWithin(random, () => longestMs)

/**
 * The waits of somebody who looks for a host that is away: it is found within 3 s of its return, unless it was away for
 * minutes. A host that answers and says when to come again is there, and gets the longer waits.
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
