const shortestMs = 500
const longestMs = 30_000

/** How long to wait before the next try: full jitter, so that clients that lost a server together come back spread out. */
export interface Backoff {
  /** Milliseconds; at least as many as the server asked for. */
  next(retryAfterMs?: number | null): number
  reset(): void
}

export function createBackoff(random: () => number): Backoff {
  let tries = 0
  return {
    next(retryAfterMs) {
      const most = Math.min(longestMs, shortestMs * 2 ** tries)
      tries++
      return (retryAfterMs ?? 0) + random() * most
    },
    reset() {
      tries = 0
    },
  }
}
