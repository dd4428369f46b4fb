import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reply, SignedIn } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { arrive, newName, type Person, settled } from '../../testing/people.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterEach(() => void vi.useRealTimers())
afterAll(() => server.close())

const refresh = async (refreshToken: string): Promise<Reply<SignedIn>> =>
  (await server.rest('POST', '/sessions/refresh', { body: { refreshToken } })).json() as Promise<Reply<SignedIn>>

const refreshed = async (refreshToken: string): Promise<SignedIn> => {
  const reply = await refresh(refreshToken)
  if (!reply.ok) throw new Error(reply.error.code)
  return reply.data
}

const codeOf = (reply: Reply<unknown>) => (reply.ok ? 'ok' : reply.error.code)

/** Moves the clock alone: what waits goes on waiting. */
const moveClock = (milliseconds: number) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + milliseconds)
}

const goesOn = async (person: Person, refreshToken: string) => {
  await settled(person)
  expect(person.all('session.ended')).toEqual([])
  expect(codeOf(await refresh(refreshToken))).toBe('ok')
}

test.each([
  ['at once', 0],
  ['after 11 seconds', 11_000],
  ['after a night', 12 * 60 * 60_000],
  ['by a clock that was set back an hour', -60 * 60_000],
])('B2: a refresh whose answer was lost can be repeated %s', async (_, milliseconds) => {
  const ana = await arrive(server)
  const lost = await refreshed(ana.signedIn.refreshToken)
  moveClock(milliseconds)
  const again = await refreshed(ana.signedIn.refreshToken)
  expect(again.refreshToken).toBe(lost.refreshToken)
  expect((await refreshed(ana.signedIn.refreshToken)).refreshToken).toBe(lost.refreshToken)
  expect(codeOf(await refresh(again.refreshToken))).toBe('ok')
})

test('B2: losing the answer several times keeps the session', async () => {
  const ana = await arrive(server)
  let { refreshToken } = ana.signedIn
  for (let round = 0; round < 5; round++) {
    await refreshed(refreshToken)
    await refreshed(refreshToken)
    refreshToken = (await refreshed(refreshToken)).refreshToken
  }
  await goesOn(ana, refreshToken)
})

test.each([0, 11_000])('B2: once its successor was used, an older token ends the session (%i ms later)', async (ms) => {
  const ana = await arrive(server)
  const second = await refreshed(ana.signedIn.refreshToken)
  const third = await refreshed(second.refreshToken)
  moveClock(ms)
  expect(codeOf(await refresh(ana.signedIn.refreshToken))).toBe('unauthenticated')
  expect(await ana.heard('session.ended')).toEqual({ reason: 'revoked' })
  for (const { refreshToken } of [second, third]) expect(codeOf(await refresh(refreshToken))).toBe('unauthenticated')
})

test('B2: a lost answer can be repeated under another token secret, as after an upgrade', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const start = (letter: string) => startTestServer({ dataDir, tokenSecret: letter.repeat(32) })
  const before = await start('a')
  const { refreshToken } = await before.register(newName())
  const body = { refreshToken }
  await before.rest('POST', '/sessions/refresh', { body })
  await before.close()
  const after = await start('b')
  onTestFinished(() => after.close())
  const ask = async (shown: string): Promise<Reply<SignedIn>> =>
    (await after.rest('POST', '/sessions/refresh', { body: { refreshToken: shown } })).json() as Promise<
      Reply<SignedIn>
    >
  const first = await ask(refreshToken)
  const again = await ask(refreshToken)
  if (!first.ok || !again.ok) throw new Error('refused')
  expect(again.data.refreshToken).toBe(first.data.refreshToken)
  expect(codeOf(await ask(again.data.refreshToken))).toBe('ok')
})

test('B2: tabs that refresh at the same time all get the same token', async () => {
  const ana = await arrive(server)
  const tabs = await Promise.all(Array.from({ length: 8 }, () => refreshed(ana.signedIn.refreshToken)))
  const tokens = new Set(tabs.map(({ refreshToken }) => refreshToken))
  expect(tokens.size).toBe(1)
  await goesOn(ana, [...tokens][0] ?? '')
})

const bits = (bytes: number) => randomBytes(bytes).toString('base64url')
const changedLast = (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'Q' : 'A'}`
const secretOf = (token: string) => token.slice(token.lastIndexOf('.') + 1)

test.each<[string, (ana: SignedIn, bo: SignedIn) => string]>([
  ['the session alone', ({ sessionId }) => sessionId],
  ['the session and nothing', ({ sessionId }) => `${sessionId}.`],
  ['the session and a letter', ({ sessionId }) => `${sessionId}.x`],
  ['the session and as many bits', ({ sessionId }) => `${sessionId}.${bits(32)}`],
  [
    'the session and as many letters',
    ({ sessionId, refreshToken }) => `${sessionId}.${bits(99).slice(0, secretOf(refreshToken).length)}`,
  ],
  ['the session and the secret of another', ({ sessionId }, bo) => `${sessionId}.${secretOf(bo.refreshToken)}`],
  ['a token with another end', ({ refreshToken }) => changedLast(refreshToken)],
  ['a token cut short', ({ refreshToken }) => refreshToken.slice(0, -1)],
  ['a token and more', ({ refreshToken }) => `${refreshToken}A`],
])('B7: %s is refused and ends nothing', async (_, forge) => {
  const ana = await arrive(server)
  const bo = await server.register(newName('bo'))
  expect(codeOf(await refresh(forge(ana.signedIn, bo)))).toBe('unauthenticated')
  const second = await refreshed(ana.signedIn.refreshToken)
  expect(codeOf(await refresh(forge(ana.signedIn, bo)))).toBe('unauthenticated')
  await goesOn(ana, second.refreshToken)
  expect(codeOf(await refresh(bo.refreshToken))).toBe('ok')
})
