import type { SignedIn } from '@parley/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Credentials, HostUser } from '../../auth/authenticate.ts'
import { knock } from '../../testing/knock.ts'
import { openDirect, type Person, refusalOf, say, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { stopClock } from '../../testing/stopped-clock.ts'

/** The host application’s own people, by the token that each shows. */
const people = new Map<string, HostUser>()

/** What a host might write: a token, or a cookie of its own. */
async function authenticate({ token, headers }: Credentials): Promise<HostUser | null> {
  if (token === 'broken') throw new Error('the host’s database is gone')
  const shown = token ?? headers.cookie?.match(/who=(\w+)/)?.[1]
  return people.get(shown ?? '') ?? null
}

const { server } = serverWithPeople([], { authenticate })

const hire = (user: HostUser) => void people.set(user.id, user)

async function connect(id: string): Promise<Person> {
  const signedIn = { accessToken: id } as SignedIn
  const socket = await server.connect(signedIn)
  const { user } = await socket.ask('user.me', {})
  return { ...socket, user, id: user.id, signedIn }
}

describe('a user authenticated by the host', () => {
  test('has the details that the host gives, by a token or by headers, over sockets and REST', async () => {
    hire({ id: 'u1', username: 'Ana', displayName: 'Ana María', avatarUrl: '/ana.png', role: 'admin' })
    const user = { id: 'u1', username: 'Ana', displayName: 'Ana María', avatarUrl: '/ana.png', role: 'admin' }
    expect((await connect('u1')).user).toEqual(user)
    const overRest = await (await server.rest('GET', '/users/me', { token: 'u1' })).json()
    expect(overRest).toEqual({ ok: true, data: { user } })
    const Cookie = 'theme=dark; who=u1'
    expect(await knock(server.url, { protocol: 1 }, { extraHeaders: { Cookie } })).toBeUndefined()
    expect(await (await fetch(`${server.url}/api/v1/users/me`, { headers: { Cookie } })).json()).toEqual(overRest)
  })

  test('needs only an id and a user name', async () => {
    hire({ id: 'u2', username: 'bo' })
    expect((await connect('u2')).user).toEqual({
      id: 'u2',
      username: 'bo',
      displayName: 'bo',
      avatarUrl: null,
      role: 'user',
    })
  })

  test('is created once, even if several sockets connect first at the same time', async () => {
    hire({ id: 'u3', username: 'cleo' })
    const devices = await Promise.all([1, 2, 3, 4].map(() => connect('u3')))
    expect(devices.map(({ id }) => id)).toEqual(['u3', 'u3', 'u3', 'u3'])
    const { users } = await (devices[0] as Person).ask('user.search', { query: 'cleo' })
    expect(users).toHaveLength(1)
  })

  test('may have the same user name as another user', async () => {
    hire({ id: 'u4', username: 'Dan' })
    hire({ id: 'u5', username: 'dan' })
    const [one, other] = [await connect('u4'), await connect('u5')]
    expect([one.user.username, other.user.username]).toEqual(['Dan', 'dan'])
    const conversationId = await openDirect(one, other)
    await say(one, conversationId)
    await other.heard('message.created')
    expect((await one.ask('user.search', { query: 'dan' })).users.map(({ id }) => id).sort()).toEqual(['u4', 'u5'])
  })

  test.each([
    [
      { username: 'a\u200Dna', displayName: 'Ana\u3164' },
      { username: 'ana', displayName: 'Ana' },
    ],
    [
      { username: 'ana', displayName: `A\u202En${'\u0301'.repeat(60)}a` },
      { displayName: `A\u0144${'\u0301'.repeat(3)}a` },
    ],
    [
      { username: 'ana', displayName: '\u2800 \u200B' },
      { username: 'ana', displayName: 'ana' },
    ],
    [{ username: '\u3164' }, { username: 'u40', displayName: 'u40' }],
    [{ username: 'x'.repeat(500) }, { username: 'x'.repeat(100) }],
  ])('E7: is shown under visible characters only, for %j', async (given, shown) => {
    hire({ id: 'u40', ...given })
    expect((await connect('u40')).user).toMatchObject(shown)
    const again = (await connect('u40')).user
    expect(again).toMatchObject(shown)
  })

  test('is shown to everybody under the name that the host changed, also after a sync', async () => {
    hire({ id: 'u6', username: 'eva' })
    hire({ id: 'u7', username: 'finn' })
    const [eva, finn] = [await connect('u6'), await connect('u7')]
    const conversationId = await openDirect(eva, finn)
    const { epoch, account } = await finn.ask('sync.run', {})
    const { rev } = (await finn.ask('conversation.get', { conversationId })).summary

    hire({ id: 'u6', username: 'eva', displayName: 'Dr. Eva' })
    const phone = await connect('u6')
    expect(phone.user.displayName).toBe('Dr. Eva')
    expect((await finn.heard('membership.updated')).users).toEqual([phone.user])
    expect(await eva.heard('account.updated', ({ user }) => user !== undefined)).toMatchObject({ user: phone.user })
    const { changes } = await finn.ask('sync.run', { epoch, rev: account.rev, positions: [{ conversationId, rev }] })
    expect(changes[0]?.users).toContainEqual(phone.user)

    const before = finn.all('membership.updated').length
    await connect('u6')
    await settled(finn)
    expect(finn.all('membership.updated')).toHaveLength(before)
  })

  test('is disconnected at the time that the host gave, and later with a newer token', async () => {
    const clock = stopClock()
    onTestFinished(clock.release)
    hire({ id: 'u8', username: 'gus', expiresAt: Date.now() + 20_000 })
    hire({ id: 'u9', username: 'hal', expiresAt: Date.now() + 20_000 })
    const [gus, hal] = [await connect('u8'), await connect('u9')]
    hire({ id: 'u8', username: 'gus', expiresAt: Date.now() + 60_000 })
    await gus.ask('session.renew', { accessToken: 'u8' })
    await clock.pass(20_000)
    expect(await hal.heard('session.ended')).toEqual({ reason: 'expired' })
    expect((await gus.ask('user.me', {})).user.id).toBe('u8')
    await expect(gus.ask('session.renew', { accessToken: 'u1' })).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('a user whom the host no longer authenticates', () => {
  test('B9: is refused over sockets and REST', async () => {
    hire({ id: 'u20', username: 'ivy', expiresAt: Date.now() - 1 })
    expect(await knock(server.url, { token: 'u20', protocol: 1 })).toMatchObject({ code: 'unauthenticated' })
    expect((await server.rest('GET', '/users/me', { token: 'u20' })).status).toBe(401)
  })

  test.each([['nobody'], [''], [undefined]])('(%j) is refused', async (token) => {
    expect(await knock(server.url, { token, protocol: 1 })).toMatchObject({ code: 'unauthenticated' })
    expect((await server.rest('GET', '/users/me', { token })).status).toBe(401)
  })

  test.each([['has a space'], [''], ['x'.repeat(65)], ['ünal'], [{ id: 1 }], [7]])(
    'with the invalid id %j is answered as an internal error',
    async (id) => {
      people.set('mistake', { id: id as string, username: 'x' })
      expect(await knock(server.url, { token: 'mistake', protocol: 1 })).toMatchObject({ code: 'internal' })
      expect((await server.rest('GET', '/users/me', { token: 'mistake' })).status).toBe(500)
    },
  )

  test.each(['\0', '\ud83d'])(
    'D3: with text that no database can store is answered as an internal error: %j',
    async (mark) => {
      people.set('mark', { id: 'u11', username: `jo${mark}` })
      expect((await server.rest('GET', '/users/me', { token: 'mark' })).status).toBe(500)
      for (const text of [{ displayName: mark }, { avatarUrl: `https://x/${mark}` }, { role: mark as 'user' }]) {
        people.set('mark', { id: 'u11', username: 'jo', ...text })
        expect((await server.rest('GET', '/users/me', { token: 'mark' })).status).toBe(500)
      }
    },
  )

  test('because the host failed gets an error without details, and other users are not affected', async () => {
    hire({ id: 'u10', username: 'ida' })
    const ida = await connect('u10')
    const overSocket = await knock(server.url, { token: 'broken', protocol: 1 })
    expect(overSocket).toMatchObject({ code: 'internal', requestId: expect.stringMatching(/./) })
    const response = await server.rest('GET', '/users/me', { token: 'broken' })
    const reply = await response.json()
    expect(reply).toMatchObject({ ok: false, error: { code: 'internal', requestId: expect.stringMatching(/./) } })
    expect(JSON.stringify([overSocket, reply])).not.toContain('database is gone')
    await expect(ida.ask('session.renew', { accessToken: 'broken' })).rejects.toMatchObject({ code: 'internal' })
    expect((await ida.ask('user.me', {})).user.id).toBe('u10')
  })
})

test('accounts with passwords do not exist beside those of the host', async () => {
  hire({ id: 'u11', username: 'jo' })
  const jo = await connect('u11')
  const credentials = { username: 'mallory', password: 'a long password' }
  for (const [path, body] of [
    ['/users', credentials],
    ['/sessions', credentials],
    ['/sessions/refresh', { refreshToken: 'x' }],
  ] as const) {
    const response = await server.rest('POST', path, { body })
    expect([path, response.status]).toEqual([path, 404])
    expect(await response.json()).toMatchObject({ error: { code: 'unknown_operation' } })
  }
  const own: [string, object][] = [
    ['user.update', { displayName: 'The Admin' }],
    ['user.changePassword', { currentPassword: 'a long password', newPassword: 'another password' }],
  ]
  for (const [name, input] of own) expect(await refusalOf(jo, name, input)).toMatchObject({ code: 'unknown_operation' })
  expect(await jo.ask('session.list', {})).toEqual({ sessions: [] })
  expect(await refusalOf(jo, 'session.revoke', { sessionId: 'x' })).toMatchObject({ code: 'not_found' })
  expect(await jo.ask('session.end', {})).toEqual({})
})
