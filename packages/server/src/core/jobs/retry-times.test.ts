import { expect, test } from 'vitest'
import { mostTries, retryPause } from './retry-times.ts'

test('pauses grow threefold up to twelve hours, and vary by half', () => {
  expect([1, 2, 3].map((tries) => retryPause(tries, 5_000, 1))).toEqual([5_000, 15_000, 45_000])
  expect(retryPause(3, 5_000, 0)).toBe(22_500)
  expect(retryPause(mostTries, 5_000, 1)).toBe(12 * 60 * 60_000)
  const pauses = Array.from({ length: mostTries - 1 }, (_, at) => retryPause(at + 1, 5_000, 0.5))
  const days = pauses.reduce((sum, each) => sum + each, 0) / (24 * 60 * 60_000)
  expect(days).toBeGreaterThan(1.5)
  expect(days).toBeLessThan(2.5)
})
