import { expect, onTestFinished, test, vi } from 'vitest'
import { stopClock } from '../../testing/stopped-clock.ts'
import { within } from './within.ts'

test('work that throws before it returns a promise rejects, and leaves no timer', async () => {
  onTestFinished(stopClock().release)
  const failure = new Error('no promise at all')
  const work = () => {
    throw failure
  }
  await expect(within(60_000, 'the work', work)).rejects.toBe(failure)
  expect(vi.getTimerCount()).toBe(0)
})
