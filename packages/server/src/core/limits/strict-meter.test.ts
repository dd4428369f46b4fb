import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStrictMeter } from './strict-meter.ts'

// A meter has a timer for each key, which is the only way to see its keys from outside.
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const budget = { points: 2, duration: 600 }
const alone = async () => undefined

test('B1: a key takes no memory once all its points are given back, because strangers choose keys', async () => {
  const meter = createStrictMeter('guesses', budget, alone)
  for (let i = 0; i < 100; i++) {
    await meter.take(`nobody${i}`)
    await meter.giveBack(`nobody${i}`)
  }
  expect(vi.getTimerCount()).toBe(0)
})

test('B1: a key that the other nodes refuse takes no memory', async () => {
  const meter = createStrictMeter('guesses', budget, async () => ({ points: 3, msBeforeNext: 1_000 }))
  await expect(meter.take('nobody')).rejects.toMatchObject({ code: 'rate_limited' })
  expect(vi.getTimerCount()).toBe(0)
})

test('a point that is given back leaves the other points spent', async () => {
  const meter = createStrictMeter('guesses', budget, alone)
  await meter.take('ana')
  await meter.take('ana')
  await meter.giveBack('ana')
  await meter.take('ana')
  await expect(meter.take('ana')).rejects.toMatchObject({ code: 'rate_limited' })
  expect(vi.getTimerCount()).toBe(1)
})
