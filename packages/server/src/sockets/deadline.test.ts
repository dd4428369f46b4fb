import { expect, onTestFinished, test } from 'vitest'
import { stopClock } from '../testing/stopped-clock.ts'
import { Deadline } from './deadline.ts'

function start() {
  const calls: string[] = []
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  const expired = () => {
    calls.push('expired')
    resolve()
  }
  const deadline = new Deadline(() => calls.push('expiring'), expired)
  onTestFinished(() => deadline.close())
  return { calls, deadline, ended }
}

test.each([0, 1, 60_000])('a time that passed %i ms ago expires without a warning', async (ago) => {
  const { calls, deadline, ended } = start()
  deadline.renew(Date.now() - ago)
  await ended
  expect(calls).toEqual(['expired'])
})

test('a time to come expires after a warning', async () => {
  const clock = stopClock()
  onTestFinished(clock.release)
  const { calls, deadline } = start()
  deadline.renew(Date.now() + 10_000)
  await clock.pass(5_000)
  expect(calls).toEqual(['expiring'])
  await clock.pass(5_000)
  expect(calls).toEqual(['expiring', 'expired'])
})
