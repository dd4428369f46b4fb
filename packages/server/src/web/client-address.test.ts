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
  test('each address has a budget of its own', async () => {
    expect(await heardOf(['loopback'], (guess) => `203.0.113.${guess % 2}`)).toBe(30)
  })

  test('what a client wrote before the proxy did changes nothing', async () => {
    expect(await heardOf(['loopback'], (guess) => `198.51.100.${guess}, 203.0.113.1`)).toBe(budget)
  })

  test('a second proxy is passed over if it is trusted too, and else is where the request comes from', async () => {
    expect(await heardOf(['loopback', '10.0.0.0/8'], (guess) => `203.0.113.${guess}, 10.1.2.3`)).toBe(30)
    expect(await heardOf(['loopback'], (guess) => `203.0.113.${guess}, 10.1.2.3`)).toBe(budget)
  })

  test('B1: the addresses of one IPv6 network, as one customer has it, share a budget', async () => {
    expect(await heardOf(['loopback'], (guess) => `2001:db8::${guess + 1}`)).toBe(budget)
    expect(await heardOf(['loopback'], (guess) => `2001:db8:0:${guess.toString(16)}::1`)).toBe(budget)
    expect(await heardOf(['loopback'], (guess) => `2001:db8:0:${guess % 2}00::1`)).toBe(30)
  })

  test('an address that is none is still somebody', async () => {
    expect(await heardOf(['loopback'], (guess) => `nonsense ${guess}`)).toBe(budget)
  })
})

test('without a trusted proxy nobody says where they come from', async () => {
  expect(await heardOf([], (guess) => `203.0.113.${guess}`)).toBe(budget)
})
