/** How often a job is tried before it is given up: over about two days, with the pauses below. */
export const mostTries = 14
const longestPauseMs = 12 * 60 * 60_000

/**
 * Milliseconds before the next try, after `tries` failed ones (1 or more): with a `firstMs` of 5,000, 5, 15, 45 seconds
 * and so on up to 12 hours. A `random` of 1 leaves this whole, 0 halves it, so that jobs that failed together are not
 * tried again together.
 *
 * @example retryPause(3, 5_000, 0.5) // 33_750
 */
export function retryPause(tries: number, firstMs: number, random: number): number {
  const whole = Math.min(firstMs * 3 ** (tries - 1), longestPauseMs)
  return Math.round(whole * (0.5 + random / 2))
}
