import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import type { SignedIn } from '@parley/protocol'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { knock } from '../testing/knock.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

const secret = 'a secret that only this server knows'
const key = new TextEncoder().encode(secret)
let server: TestServer
let ana: SignedIn
beforeAll(async () => {
  server = await startTestServer({ tokenSecret: secret })
  ana = await server.register('ana')
})
afterAll(() => server.close())

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
const decode = (token: string, part: 0 | 1): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString())
const soon = () => ana.expiresAt / 1_000

interface Forgery {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  secret?: string
}

/** A token like ours, signed with our own secret, except for what is given. */
function forge({ header = {}, claims = {}, secret: used = secret }: Forgery): string {
  const head = { alg: 'HS256', typ: 'at+jwt', ...header }
  const body = { sub: ana.user.id, sid: ana.sessionId, iss: 'parley', aud: 'parley', exp: soon(), ...claims }
  const text = `${encode(head)}.${encode(body)}`
  const hash = head.alg === 'HS512' ? 'sha512' : 'sha256'
  return `${text}.${createHmac(hash, used).update(text).digest('base64url')}`
}

/** Signed with a key of the forger's own, whose public half is offered for the check. */
function signedByRsa(): string {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const jwk = publicKey.export({ format: 'jwk' })
  const text = `${encode({ alg: 'RS256', typ: 'at+jwt', jwk })}.${forge({}).split('.')[1]}`
  return `${text}.${createSign('sha256').update(text).sign(privateKey, 'base64url')}`
}

const unsigned = (alg: string) => `${encode({ alg, typ: 'at+jwt' })}.${forge({}).split('.')[1]}.`

const forgeries: Record<string, () => string> = {
  'an unsigned token': () => unsigned('none'),
  'an unsigned token, with “NONE” in capitals': () => unsigned('NONE'),
  'no signature at all': () => forge({}).split('.').slice(0, 2).join('.'),
  'the signature of another token': () =>
    `${forge({}).split('.').slice(0, 2).join('.')}.${forge({ claims: { x: 1 } }).split('.')[2]}`,
  'other claims under our signature': () => {
    const [head, , signature] = ana.accessToken.split('.')
    return `${head}.${encode({ ...decode(ana.accessToken, 1), sub: 'somebody' })}.${signature}`
  },
  'another secret': () => forge({ secret: 'another secret that is long enough' }),
  'an empty secret': () => forge({ secret: '' }),
  'another algorithm of the same family': () => forge({ header: { alg: 'HS512' } }),
  'a key of the forger': signedByRsa,
  'our algorithm, but the header says RSA': () => forge({ header: { alg: 'RS256' } }),
  'another type of token': () => forge({ header: { typ: 'JWT' } }),
  'no type': () => forge({ header: { typ: undefined } }),
  'a critical header that we do not know': () => forge({ header: { crit: ['exp2'], exp2: 1 } }),
  'a claim to be unencoded': () => forge({ header: { crit: ['b64'], b64: false } }),
  'for somebody else': () => forge({ claims: { aud: 'another' } }),
  'for nobody': () => forge({ claims: { aud: undefined } }),
  'from somebody else': () => forge({ claims: { iss: 'another' } }),
  'from nobody': () => forge({ claims: { iss: undefined } }),
  'it has ended': () => forge({ claims: { exp: 1_000_000_000 } }),
  'it never ends': () => forge({ claims: { exp: undefined } }),
  'it ends at a text': () => forge({ claims: { exp: '99999999999' } }),
  'it has not begun': () => forge({ claims: { nbf: soon() } }),
  'no session': () => forge({ claims: { sid: undefined } }),
  'a session that does not exist': () => forge({ claims: { sid: 'nobody' } }),
  'a session that is no text': () => forge({ claims: { sid: { $ne: null } } }),
  'no user': () => forge({ claims: { sub: undefined } }),
  'a huge one': () => forge({ claims: { filling: 'x'.repeat(5_000) } }),
  'the refresh token': () => ana.refreshToken,
  'three dots': () => '...',
  'no JSON': () => 'e30.bm90IGpzb24.x',
}

test('a token with the right claims and signature is accepted', async () => {
  const token = forge({})
  expect((await server.rest('GET', '/users/me', { token })).status).toBe(200)
  expect(await knock(server.url, { token, protocol: 1 })).toBeUndefined()
})

test('access tokens have the required type, issuer and audience', () => {
  expect(decode(ana.accessToken, 0)).toEqual({ alg: 'HS256', typ: 'at+jwt' })
  expect(decode(ana.accessToken, 1)).toMatchObject({ iss: 'parley', aud: 'parley', sid: ana.sessionId })
})

describe.each(Object.entries(forgeries))('%s', (_, make) => {
  test('is refused over REST', async () => {
    const response = await server.rest('GET', '/users/me', { token: make() })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ ok: false, error: { code: 'unauthenticated' } })
  })

  test('is refused at the handshake', async () => {
    expect(await knock(server.url, { token: make(), protocol: 1 })).toMatchObject({ code: 'unauthenticated' })
  })
})

test('the user of a token is the owner of its session, and its subject is ignored', async () => {
  const bo = await server.register('bo')
  const token = await new SignJWT({ sid: ana.sessionId })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setSubject(bo.user.id)
    .setIssuer('parley')
    .setAudience('parley')
    .setExpirationTime(soon())
    .sign(key)
  const reply = await (await server.rest('GET', '/users/me', { token })).json()
  expect(reply).toMatchObject({ data: { user: { id: ana.user.id } } })
})

describe('a handshake', () => {
  test.each([
    ['without a token', {}, 'unauthenticated'],
    ['with a token that is no text', { token: { toString: 'x' } }, 'unauthenticated'],
    ['with a list of tokens', { token: ['a', 'b'] }, 'unauthenticated'],
    ['with an older protocol', { protocol: 0 }, 'upgrade_required'],
    ['with a protocol that is a text', { protocol: '1' }, 'upgrade_required'],
    ['with a protocol that is no number', { protocol: { valueOf: 1 } }, 'upgrade_required'],
  ])('%s is refused', async (_, auth, code) => {
    expect(await knock(server.url, auth)).toMatchObject({ code })
  })

  test('is refused for an outdated protocol before its token is checked, with a request id', async () => {
    const refused = await knock(server.url, { protocol: 0, token: 'x' })
    expect(refused).toMatchObject({ code: 'upgrade_required', requestId: expect.stringMatching(/./) })
  })

  test('may send its token as a header, with or without “Bearer”', async () => {
    const header = { Authorization: `Bearer ${ana.accessToken}` }
    expect(await knock(server.url, { protocol: 1 }, { extraHeaders: header })).toBeUndefined()
    expect(await knock(server.url, { protocol: 1, token: `Bearer ${ana.accessToken}` })).toBeUndefined()
  })

  test('over polling is refused to native clients', async () => {
    const auth = { token: ana.accessToken, protocol: 1 }
    expect(await knock(server.url, auth, { transports: ['polling'] })).toMatchObject({ code: 'upgrade_required' })
  })

  test('is refused to pages of other sites, and accepted from our own', async () => {
    const auth = { token: ana.accessToken, protocol: 1 }
    const own = server.url
    for (const Origin of ['https://evil.example', 'null', `${own}.evil.example`, own.replace('127', '128')]) {
      expect(await knock(own, auth, { extraHeaders: { Origin } })).toBeDefined()
    }
    expect(await knock(own, auth, { extraHeaders: { Origin: own } })).toBeUndefined()
  })
})
