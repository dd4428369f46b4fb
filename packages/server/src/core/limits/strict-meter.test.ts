import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStrictMeter } from './strict-meter.ts'

// The only way to see from outside what a meter keeps: it has a timer for each key.
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const budget = { points: 2, duration: 600 }
const alone = async () => undefined

test('B1: of keys on which nothing is spent in the end, nothing is kept: strangers choose them', async () => {
  const meter = createStrictMeter('guesses', budget, alone)
  for (let i = 0; i < 100; i++) {
    await meter.take(`nobody${i}`)
    await meter.giveBack(`nobody${i}`)
  }
  expect(vi.getTimerCount()).toBe(0)
})

test('B1: nor of what the other nodes refuse', async () => {
  const meter = createStrictMeter('guesses', budget, async () => ({ points: 3, msBeforeNext: 1_000 }))
  await expect(meter.take('nobody')).rejects.toMatchObject({ code: 'rate_limited' })
  expect(vi.getTimerCount()).toBe(0)
})

test('what is spent stays spent when something else is given back', async () => {
  const meter = createStrictMeter('guesses', budget, alone)
  await meter.take('ana')
  await meter.take('ana')
  await meter.giveBack('ana')
  await meter.take('ana')
  await expect(meter.take('ana')).rejects.toMatchObject({ code: 'rate_limited' })
  expect(vi.getTimerCount()).toBe(1)
})
