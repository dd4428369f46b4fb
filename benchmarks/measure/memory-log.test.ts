import { expect, test } from 'vitest'
import { memoryAt, slopeOf } from './memory-log.ts'

test('the slope is the mean growth from one sample to the next', () => {
  expect(slopeOf([5, 5, 5, 5])).toBe(0)
  expect(slopeOf([1, 3, 5, 7])).toBeCloseTo(2)
  expect(slopeOf([7, 5, 3])).toBeCloseTo(-2)
  expect(slopeOf([7])).toBe(0)
})

test('the memory at a share of the time is a median, so that one outlier does not change it', () => {
  const samples = Array.from({ length: 101 }, (_, i) => i)
  expect(memoryAt(samples, 0.5)).toBe(50)
  expect(memoryAt(samples.with(50, 9_999), 0.5)).toBeLessThan(60)
  expect(memoryAt([3], 1)).toBe(3)
})
