import pino from 'pino'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { keyBudget } from '../core/limits/budgets.ts'
import { testKeys } from '../testing/credentials/test-keys.ts'
import { stopClock } from '../testing/stopped-clock.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let log = ''
let server: TestServer
beforeAll(async () => {
  const lines = {
    write: (line: string) => {
      log += line
    },
  }
  server = await startTestServer({ rateLimits: 'on', log: pino({ level: 'info' }, lines) })
})
afterAll(() => server.close())

const statusOf = async (token: string, headers: Record<string, string> = {}) =>
  (await fetch(`${server.url}/api/v1/users/me`, { headers: { authorization: `Bearer ${token}`, ...headers } })).status

test('the log contains neither a key nor its hash', async () => {
  const key = await testKeys(server).make('act-as')
  const shown: Record<string, string>[] = [{}, { 'parley-user': 'nobody' }, { 'idempotency-key': 'x' }]
  for (const headers of shown) await statusOf(key.text, headers)
  await statusOf(`${key.text}x`)
  expect(log).toContain(`"keyId":"${key.id}"`)
  for (const secret of [key.text, key.text.slice(29), key.text.slice(29, 50)]) expect(log).not.toContain(secret)
})

test('each key has its own budget for all of its requests', async () => {
  const clock = stopClock()
  onTestFinished(clock.release)
  const [one, other] = [await testKeys(server).make(), await testKeys(server).make()]
  const statuses: number[] = []
  while (statuses.length < keyBudget.points + 20) {
    statuses.push(...(await Promise.all(Array.from({ length: 51 }, () => statusOf(one.text)))))
  }
  expect(statuses.filter((status) => status !== 429)).toHaveLength(keyBudget.points)
  expect(await statusOf(other.text)).toBe(401)
})
