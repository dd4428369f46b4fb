import { describe, expect, onTestFinished, test } from 'vitest'
import { startTestServer } from '../testing/test-server.ts'

/** How many of thirty guesses were listened to; `forwarded` gives the header of each. */
async function heardOf(trustedProxies: string[], forwarded: (guess: number) => string): Promise<number> {
  const server = await startTestServer({ rateLimits: 'on', trustedProxies })
  onTestFinished(() => server.close())
  const guesses = Array.from({ length: 30 }, (_, guess) =>
    fetch(`${server.url}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded(guess) },
      body: JSON.stringify({ username: `nobody${guess}`, password: 'a wrong guess' }),
    }),
  )
  const statuses = (await Promise.all(guesses)).map(({ status }) => status)
  return statuses.filter((status) => status === 401).length
}

const budget = 20

describe('behind a trusted proxy', () => {
  test('each client address has its own budget', async () => {
    expect(await heardOf(['loopback'], (guess) => `203.0.113.${guess % 2}`)).toBe(30)
  })

  test('an address counts without the port that a proxy adds', async () => {
    expect(await heardOf(['loopback'], (guess) => `203.0.113.${guess}:4711`)).toBe(30)
    expect(await heardOf(['loopback'], (guess) => `203.0.113.7:${4_000 + guess}`)).toBe(budget)
    expect(await heardOf(['loopback'], (guess) => `[2001:db8:0:${guess % 2}00::1]:${4_000 + guess}`)).toBe(30)
  })

  test('addresses that the client itself put into the header are ignored', async () => {
    expect(await heardOf(['loopback'], (guess) => `198.51.100.${guess}, 203.0.113.1`)).toBe(budget)
  })

  test('a second proxy is skipped if it is trusted too, and otherwise counts as the client', async () => {
    expect(await heardOf(['loopback', '10.0.0.0/8'], (guess) => `203.0.113.${guess}, 10.1.2.3`)).toBe(30)
    expect(await heardOf(['loopback'], (guess) => `203.0.113.${guess}, 10.1.2.3`)).toBe(budget)
  })

  test('B1: all addresses of one customer’s IPv6 network share a budget', async () => {
    expect(await heardOf(['loopback'], (guess) => `2001:db8::${guess + 1}`)).toBe(budget)
    expect(await heardOf(['loopback'], (guess) => `2001:db8:0:${guess.toString(16)}::1`)).toBe(budget)
    expect(await heardOf(['loopback'], (guess) => `2001:db8:0:${guess % 2}00::1`)).toBe(30)
  })

  test('all clients with an invalid address share a budget', async () => {
    expect(await heardOf(['loopback'], (guess) => `nonsense ${guess}`)).toBe(budget)
  })
})

test('without a trusted proxy the header is ignored', async () => {
  expect(await heardOf([], (guess) => `203.0.113.${guess}`)).toBe(budget)
})
