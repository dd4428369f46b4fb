import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inSeconds, signedToken } from '../testing/credentials/signed-token.ts'
import { createHostKeys, jwksTiming } from './host-jwks.ts'
import { createHostJwt } from './host-jwt.ts'

const log = pino({ level: 'silent' })
const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const
type Pair = Awaited<ReturnType<typeof generateKeyPair>>

let site: Server
let url: string
let requests = 0
/** What the site answers. */
let respond: (response: ServerResponse) => void
const pairs = new Map<string, Pair>()
let keys: object[]

beforeAll(async () => {
  for (const alg of algorithms) pairs.set(alg, await generateKeyPair(alg, { extractable: true }))
  for (const kid of ['other', 'next']) pairs.set(kid, await generateKeyPair('ES256', { extractable: true }))
  site = createServer((_, response) => {
    requests++
    respond(response)
  }).listen(0, '127.0.0.1')
  await once(site, 'listening')
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/jwks.json`
})
afterAll(() => {
  site.closeAllConnections()
  site.close()
})
beforeEach(async () => {
  requests = 0
  keys = await Promise.all(algorithms.map((alg) => published(alg, alg)))
  respond = (response) => response.end(JSON.stringify({ keys }))
})

const pairOf = (name: string) => pairs.get(name) as Pair

const published = async (name: string, alg: string) => ({
  ...(await exportJWK(pairOf(name).publicKey)),
  kid: name,
  alg,
  use: 'sig',
})

const good = (): JWTPayload => ({ sub: 'u1', iss: 'https://id.example', aud: 'chat', exp: inSeconds(600) })
const sign = (name: string, alg: string, claims = good(), kid: string | undefined = name) =>
  new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(pairOf(name).privateKey)

const reader = () => {
  const read = createHostJwt({ jwksUrl: url, issuer: 'https://id.example', audience: 'chat' }, log)
  return (token: string) => read({ token, headers: {} })
}

test.each(algorithms)('%s: a token signed by a published key is accepted', async (alg) => {
  expect(await reader()(await sign(alg, alg))).toMatchObject({ id: 'u1' })
})

describe('refused tokens', () => {
  test.each([
    ['a token of another issuer', () => sign('ES256', 'ES256', { ...good(), iss: 'https://evil.example' })],
    ['a token for another audience', () => sign('ES256', 'ES256', { ...good(), aud: 'shop' })],
    ['a token signed by a key that is not published', () => sign('other', 'ES256')],
    ['a token signed by another key than it names', () => sign('other', 'ES256', good(), 'ES256')],
    ['a token that names a key of another algorithm', () => sign('ES256', 'ES256', good(), 'RS256')],
    ['an unsigned token', async () => `${signedToken('x', good(), { alg: 'none' }).split('.').slice(0, 2).join('.')}.`],
    ['a token without a key id, where several keys fit', async () => sign('ES256', 'ES256', good(), '')],
  ])('%s', async (_, make) => {
    expect(await reader()(await make())).toBeNull()
  })

  test('a published public key used as a shared secret', async () => {
    const spki = await exportSPKI(pairOf('RS256').publicKey)
    const jwk = await exportJWK(pairOf('RS256').publicKey)
    for (const secret of [spki, spki.trim(), JSON.stringify(jwk), String(jwk.n)]) {
      expect(await reader()(signedToken(secret, good(), { kid: 'RS256' }))).toBeNull()
    }
  })

  test('a shared secret published among the keys', async () => {
    keys.push({ kty: 'oct', k: Buffer.from('x'.repeat(40)).toString('base64url'), kid: 'oct', alg: 'HS256' })
    expect(await reader()(signedToken('x'.repeat(40), good(), { kid: 'oct' }))).toBeNull()
  })
})

/** A resolver of keys with its clock in our hand. */
function resolver() {
  let now = 0
  const find = createHostKeys(url, { log, now: () => now, waitMs: 300 })
  return {
    ask: async (kid: string) => find({ alg: 'ES256', kid }, { payload: '', signature: '' }),
    pass: (ms: number) => {
      now += ms
    },
  }
}
const kidOf = async (asked: Promise<unknown>) =>
  asked.then(
    () => 'found',
    ({ code }) => code,
  )

describe('requests to the address of the keys', () => {
  test('many tokens at once cause one request, and there is no further one while the keys are fresh', async () => {
    const { ask, pass } = resolver()
    await Promise.all(Array.from({ length: 20 }, () => ask('ES256')))
    pass(jwksTiming.freshMs - 1)
    await ask('ES256')
    expect(requests).toBe(1)
    pass(1)
    await ask('ES256')
    expect(requests).toBe(2)
  })

  test('unknown keys cause at most one request per pause, and a rotated key is found by the next one', async () => {
    const { ask, pass } = resolver()
    await ask('ES256')
    pass(jwksTiming.pauseMs)
    expect(await kidOf(ask('unknown'))).toBe('ERR_JWKS_NO_MATCHING_KEY')
    expect(requests).toBe(2)
    keys.push(await published('next', 'ES256'))
    for (let i = 0; i < 50; i++) expect(await kidOf(ask(`unknown ${i}`))).toBe('unavailable')
    // Nobody can say yet; it is not refused.
    expect(await kidOf(ask('next'))).toBe('unavailable')
    expect(await kidOf(ask('ES256'))).toBe('found')
    expect(requests).toBe(2)
    pass(jwksTiming.pauseMs)
    expect(await kidOf(ask('next'))).toBe('found')
    expect(requests).toBe(3)
  })

  test('a key that is no longer published is refused once the keys are fetched again', async () => {
    const { ask, pass } = resolver()
    await ask('ES256')
    keys = [await published('next', 'ES256')]
    pass(jwksTiming.freshMs)
    expect(await kidOf(ask('ES256'))).toBe('ERR_JWKS_NO_MATCHING_KEY')
    expect(await kidOf(ask('next'))).toBe('found')
  })

  const failures: [string, (response: ServerResponse) => void][] = [
    ['a broken connection', (response) => response.destroy()],
    ['an error', (response) => response.writeHead(500).end('{"keys":[]}')],
    ['a redirect', (response) => response.writeHead(302, { location: url }).end()],
    ['an endless answer', (response) => void pour(response)],
    ['no answer', () => {}],
    ['an unfinished answer', (response) => void response.writeHead(200).write('{')],
    ['no JSON', (response) => response.end('<html>')],
    ['no keys', (response) => response.end('{"keys":{}}')],
  ]

  test.each(failures)(
    '%s: known keys stay usable, tokens of other keys are answered “unavailable”, and requests stay rare',
    async (_, fail) => {
      const { ask, pass } = resolver()
      const well = respond
      respond = fail
      expect(await kidOf(ask('ES256'))).toBe('unavailable')
      for (let i = 0; i < 20; i++) expect(await kidOf(ask('ES256'))).toBe('unavailable')
      expect(requests).toBe(1)
      respond = well
      pass(jwksTiming.pauseMs)
      expect(await kidOf(ask('ES256'))).toBe('found')
      respond = fail
      pass(jwksTiming.freshMs)
      for (let i = 0; i < 20; i++) expect(await kidOf(ask('ES256'))).toBe('found')
      expect(requests).toBe(3)
      expect(await kidOf(ask('next'))).toBe('unavailable')
      pass(jwksTiming.staleMs)
      expect(await kidOf(ask('ES256'))).toBe('unavailable')
    },
  )
})

/** Bytes for as long as somebody takes them. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024, ' ')
  const more = () => {
    while (response.write(chunk));
    response.once('drain', more)
  }
  response.writeHead(200)
  more()
}
