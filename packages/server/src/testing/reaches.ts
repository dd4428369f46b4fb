import { expect } from 'vitest'

/**
 * Waits until a count that only grows is at least `bound`. Each growth has a deadline of its own: how long much work takes
 * says nothing about whether it is stuck.
 *
 * @example
 * await reaches(() => receiver.received.length, 1_000)
 */
export async function reaches(count: () => number, bound: number): Promise<void> {
  for (let before = -1; before < bound; ) {
    let now = before
    await expect
      .poll(() => {
        now = count()
        return now
      })
      .toBeGreaterThan(before)
    before = now
  }
}
