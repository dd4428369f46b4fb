import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createParley } from '../server.ts'
import { inSeconds, signedToken } from '../testing/credentials/signed-token.ts'
import { knock } from '../testing/knock.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

const secret = 'a secret that the host application shares with nobody else'
const lines: string[] = []
let server: TestServer
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-'))
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  server = await startTestServer({ hostJwt: { secret, issuer: 'https://app.example', audience: 'chat' }, log })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const good = () => ({ sub: 'u1', name: 'Ana María', iss: 'https://app.example', aud: 'chat', exp: inSeconds(600) })
const tokenWith = (claims: object = {}, header: object = {}) => signedToken(secret, { ...good(), ...claims }, header)

async function whoIs(token: string) {
  const response = await server.rest('GET', '/users/me', { token })
  const reply = await response.json()
  return reply.ok ? reply.data.user : reply.error.code
}

describe('a token signed by the host application', () => {
  test('creates its user at first use, over REST, native sockets and foreign sockets', async () => {
    const claims = { sub: 'u2', preferred_username: 'bo', picture: 'https://app.example/bo.png', role: 'admin' }
    const token = tokenWith(claims)
    const user = { id: 'u2', username: 'bo', displayName: 'Ana María', avatarUrl: claims.picture, role: 'admin' }
    expect(await whoIs(token)).toEqual(user)
    expect(await knock(server.url, { token, protocol: 1 })).toBeUndefined()
    const rooms = await fetch(`${server.url}/chat/rooms`, { headers: { authorization: `Bearer ${token}` } })
    expect(rooms.status).toBe(200)
    const { users } = await (await server.rest('GET', '/users?query=bo', { token: tokenWith() }))
      .json()
      .then((r) => r.data)
    expect(users).toEqual([user])
  })

  test('needs no claims but sub, exp and the required issuer and audience', async () => {
    expect(await whoIs(tokenWith({ sub: 'u3', name: undefined }))).toEqual({
      id: 'u3',
      username: 'u3',
      displayName: 'u3',
      avatarUrl: null,
      role: 'user',
    })
  })

  test('updates the user’s name with each new token', async () => {
    await whoIs(tokenWith({ sub: 'u4' }))
    expect(await whoIs(tokenWith({ sub: 'u4', name: 'Ana the Second' }))).toMatchObject({
      displayName: 'Ana the Second',
    })
  })

  test.each([
    ['a name that is too long is cut', { name: 'x'.repeat(500) }, { displayName: 'x'.repeat(100) }],
    [
      'a name that is too long is cut before a character, not in it',
      { name: `x${'\u{1F600}'.repeat(60)}` },
      { displayName: `x${'\u{1F600}'.repeat(49)}` },
    ],
    [
      'a name is cut after invisible characters are removed from it',
      { name: `${'\u200B'.repeat(120)}Ana` },
      { displayName: 'Ana' },
    ],
    [
      'marks that turn the direction of text are removed from a name',
      { name: 'Ana\u202e gpj' },
      { displayName: 'Ana gpj' },
    ],
    [
      'a blank name is replaced by the user name',
      { name: ' ', preferred_username: 'ana' },
      { displayName: 'ana', username: 'ana' },
    ],
    [
      'a name that is no text is replaced by the id',
      { name: { first: 'Ana' }, preferred_username: 7 },
      { displayName: 'u5' },
    ],
    ['half a surrogate pair in a name is replaced', { name: `Ana ${'\ud83d'}` }, { displayName: 'Ana \ufffd' }],
    ['the address of a picture that is a script is dropped', { picture: 'javascript:alert(1)' }, { avatarUrl: null }],
    ['an unknown role becomes user', { role: 'superuser' }, { role: 'user' }],
    ['a list of roles becomes user', { role: ['admin'] }, { role: 'user' }],
  ])('%s', async (_, claims, user) => {
    expect(await whoIs(tokenWith({ sub: 'u5', ...claims }))).toMatchObject(user)
  })

  test('may have several audiences, and may come from a clock that is a little ahead', async () => {
    expect(await whoIs(tokenWith({ aud: ['shop', 'chat'] }))).toMatchObject({ id: 'u1' })
    expect(await whoIs(tokenWith({ nbf: inSeconds(20), iat: inSeconds(20) }))).toMatchObject({ id: 'u1' })
  })
})

const ownKey = Buffer.from('x'.repeat(40)).toString('base64url')

const unsigned = (alg: string) => {
  const [, body] = tokenWith().split('.')
  return `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.${body}.`
}

describe('refused', () => {
  test.each([
    ['an unsigned token', () => unsigned('none')],
    ['an unsigned token, with “NONE” in capitals', () => unsigned('NONE')],
    ['another algorithm', () => tokenWith({}, { alg: 'HS512' })],
    ['an algorithm with public keys', () => tokenWith({}, { alg: 'RS256' })],
    ['another secret', () => signedToken(`${secret}.`, good())],
    ['an empty secret', () => signedToken('', good())],
    ['a signature of other claims', () => `${unsigned('HS256')}${tokenWith().split('.')[2]}x`],
    ['an expired token', () => tokenWith({ exp: inSeconds(-1) })],
    ['no expiry', () => tokenWith({ exp: undefined })],
    ['an expiry that is a text', () => tokenWith({ exp: String(inSeconds(60)) })],
    ['an expiry in the far future', () => tokenWith({ exp: inSeconds(86_400 * 2) })],
    [
      'an expiry that is near, of a token issued long ago',
      () => tokenWith({ iat: inSeconds(-86_400), exp: inSeconds(60) }),
    ],
    ['a token that is not valid yet', () => tokenWith({ nbf: inSeconds(120) })],
    ['another issuer', () => tokenWith({ iss: 'https://evil.example' })],
    ['no issuer', () => tokenWith({ iss: undefined })],
    ['another audience', () => tokenWith({ aud: 'shop' })],
    ['no audience', () => tokenWith({ aud: undefined })],
    ['no id', () => tokenWith({ sub: undefined })],
    ['an id that is a number', () => tokenWith({ sub: 7 })],
    ['an invalid id', () => tokenWith({ sub: 'a b' })],
    ['an unknown critical header', () => tokenWith({}, { crit: ['x'], x: 1 })],
    ['an unencoded payload', () => tokenWith({}, { crit: ['b64'], b64: false })],
    ['a key embedded by the sender', () => signedToken('x'.repeat(40), good(), { jwk: { kty: 'oct', k: ownKey } })],
    ['a huge token', () => tokenWith({ filling: 'x'.repeat(5_000) })],
    ['three dots', () => '...'],
    ['no JSON', () => 'e30.bm90IGpzb24.x'],
  ])('%s', async (_, make) => {
    const token = make()
    expect(await whoIs(token)).toBe('unauthenticated')
    expect(await knock(server.url, { token, protocol: 1 })).toMatchObject({ code: 'unauthenticated' })
  })

  test('registering and signing in with a password', async () => {
    for (const path of ['/users', '/sessions']) {
      const body = { username: 'mallory', password: 'a long password' }
      expect((await server.rest('POST', path, { body })).status).toBe(404)
    }
  })
})

test('the log contains the reason why a token was refused, but no part of the token', async () => {
  lines.length = 0
  const [expired, forged] = [tokenWith({ exp: inSeconds(-60) }), signedToken(`${secret}.`, good())]
  for (const token of [expired, forged]) await whoIs(token)
  const reasons = lines.map((line) => JSON.parse(line).reason).filter((reason) => reason !== undefined)
  expect(reasons).toEqual(['"exp" claim timestamp check failed', 'signature verification failed'])
  const log = lines.join('')
  for (const part of [...expired.split('.'), ...forged.split('.'), secret]) expect(log).not.toContain(part)
})

test('a session is renewed by a newer token of the same person, and by no other token', async () => {
  const exp = inSeconds(900)
  const renew = async (accessToken: string) =>
    (await server.rest('POST', '/sessions/renew', { token: tokenWith(), body: { accessToken } })).json()
  expect(await renew(tokenWith({ exp }))).toEqual({ ok: true, data: { expiresAt: exp * 1_000 } })
  for (const other of [tokenWith({ sub: 'u6' }), tokenWith({ exp: inSeconds(-1) })]) {
    expect(await renew(other)).toMatchObject({ error: { code: 'unauthenticated' } })
  }
})

test.each([
  [{}, 'need a secret or the address'],
  [{ secret, jwksUrl: 'https://app.example/jwks', issuer: 'x', audience: 'y' }, 'and not both'],
  [{ secret: 'short' }, '32 characters are the least'],
  [{ jwksUrl: 'https://app.example/jwks', issuer: 'x' }, 'name the issuer and the audience'],
  [{ jwksUrl: 'jwks.json', issuer: 'x', audience: 'y' }, 'is no URL'],
])('invalid options are refused at the start: %j', async (hostJwt, sentence) => {
  await expect(createParley({ dataDir: folder, hostJwt })).rejects.toThrow(sentence)
})

test('hostJwt together with authenticate is refused at the start', async () => {
  const both = createParley({ dataDir: folder, hostJwt: { secret }, authenticate: () => null })
  await expect(both).rejects.toThrow('Give authenticate or hostJwt, and not both.')
})
