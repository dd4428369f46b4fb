import { expect, test } from 'vitest'
import { createHealth, type HealthState } from './health.ts'

const reportOf = (...states: HealthState[]) => {
  const health = createHealth(() => {})
  states.forEach((state, index) => void health.add(`part${index}`, () => state))
  return health.report()
}

test('the status of a server is that of its worst part', async () => {
  expect(await reportOf()).toEqual({ status: 'ok', checks: {} })
  expect(await reportOf('ok', 'degraded')).toEqual({ status: 'degraded', checks: { part0: 'ok', part1: 'degraded' } })
  expect((await reportOf('degraded', 'unavailable', 'ok')).status).toBe('unavailable')
})

test('a part that fails or does not answer is unavailable, and the other parts are still reported', async () => {
  const failures: string[] = []
  const health = createHealth((name) => failures.push(name), 1)
  health.add('throws', () => {
    throw new Error('at once')
  })
  health.add('fails', () => Promise.reject(new Error('postgres://somebody:secret@host')))
  health.add('hangs', () => new Promise(() => {}))
  health.add('fine', () => Promise.resolve('ok'))
  const checks = { throws: 'unavailable', fails: 'unavailable', hangs: 'unavailable', fine: 'ok' }
  expect(await health.report()).toEqual({ status: 'unavailable', checks })
  expect(failures.sort()).toEqual(['fails', 'hangs', 'throws'])
})

test('simultaneous requests check each part once, and a later request checks it again', async () => {
  const health = createHealth(() => {})
  let asked = 0
  health.add('counted', () => (++asked > 1 ? 'degraded' : 'ok'))
  const reports = await Promise.all([health.report(), health.report(), health.report()])
  expect(reports.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok'])
  expect(asked).toBe(1)
  expect((await health.report()).status).toBe('degraded')
})
