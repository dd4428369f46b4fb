import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Output, Reply, SignedIn } from '@parley/protocol'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { arrive, newName, type Person } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { topology } from '../../testing/topology.ts'

/* E12: the link by which somebody who lost their password sets a new one, once. */

const { server, admin } = serverWithPeople(['admin'])
afterEach(() => void vi.useRealTimers())

const post = async <T>(path: string, body: unknown, token?: string): Promise<Reply<T>> =>
  (await server.rest('POST', path, { body, token })).json() as Promise<Reply<T>>

const signIn = ({ user: { username } }: Person, password = `password of ${username}`) =>
  post<SignedIn>('/sessions', { username, password })

const use = (token: string, newPassword = 'a new long password') =>
  post<Output<'passwordLink.use'>>('/password-links/use', { token, newPassword })

const linkFor = async ({ id }: Person, maker = admin): Promise<string> =>
  (await maker.ask('administration.createPasswordLink', { userId: id })).token

const noLink = { ok: false, error: { code: 'not_found', message: expect.stringContaining('not good any more') } }

test('a link sets the password once, ends all sessions and signs nobody in', async () => {
  const ana = await arrive(server, 'ana')
  const token = await linkFor(ana)
  expect(await use(token)).toEqual({ ok: true, data: { username: ana.user.username } })
  expect(await ana.heard('session.ended')).toEqual({ reason: 'revoked' })
  const { accessToken, refreshToken } = ana.signedIn
  expect((await server.rest('GET', '/users/me', { token: accessToken })).status).toBe(401)
  expect(await post('/sessions/refresh', { refreshToken })).toMatchObject({ error: { code: 'unauthenticated' } })
  expect(await signIn(ana)).toMatchObject({ error: { code: 'bad_credentials' } })
  expect(await signIn(ana, 'a new long password')).toMatchObject({ ok: true })
  expect(await use(token, 'another long password')).toMatchObject(noLink)
  expect(await signIn(ana, 'another long password')).toMatchObject({ error: { code: 'bad_credentials' } })
})

test('if a link is used several times at once, exactly one use sets the password', async () => {
  const ana = await arrive(server, 'ana')
  const token = await linkFor(ana)
  const passwords = Array.from({ length: 6 }, (_, index) => `a new long password ${index}`)
  const replies = await Promise.all(passwords.map((password) => use(token, password)))
  expect(replies.filter(({ ok }) => ok).length).toBe(1)
  const entered = await Promise.all(passwords.map((password) => signIn(ana, password)))
  expect(entered.map(({ ok }) => ok)).toEqual(replies.map(({ ok }) => ok))
})

test('a wrong, shortened or extended token is refused like a used one', async () => {
  const ana = await arrive(server, 'ana')
  const token = await linkFor(ana)
  for (const guess of ['x', token.slice(0, -1), `${token}x`, token.toUpperCase(), 'A'.repeat(43)]) {
    expect(await use(guess)).toMatchObject(noLink)
  }
  expect(await signIn(ana)).toMatchObject({ ok: true })
  expect(await use(token)).toMatchObject({ ok: true })
})

test('a link expires after a day', async () => {
  const ana = await arrive(server, 'ana')
  const { token, expiresAt } = await admin.ask('administration.createPasswordLink', { userId: ana.id })
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(expiresAt - 60_000)
  const inTime = await arrive(server, 'bo').then(linkForHere)
  expect(await use(inTime)).toMatchObject({ ok: true })
  vi.setSystemTime(expiresAt)
  expect(await use(token)).toMatchObject(noLink)
  vi.useRealTimers()
  expect(await signIn(ana)).toMatchObject({ ok: true })
})

/** Made by the server for its host: a socket that was opened a day ago would have to show a newer token. */
const linkForHere = async ({ id }: Person) =>
  (await server.parley.as(admin.id).ask('administration.createPasswordLink', { userId: id })).token

test('a link ends when a newer one is made or when its user or its maker is suspended', async () => {
  const [ana, bo, cleo] = [await arrive(server, 'ana'), await arrive(server, 'bo'), await arrive(server, 'cleo')]
  const replaced = await linkFor(ana)
  const newer = await linkFor(ana)
  expect(await use(replaced)).toMatchObject(noLink)
  expect(await use(newer)).toMatchObject({ ok: true })

  const ofSuspended = await linkFor(bo)
  await admin.ask('administration.suspend', { userId: bo.id })
  expect(await use(ofSuspended)).toMatchObject(noLink)
  await admin.ask('administration.restore', { userId: bo.id })
  expect(await use(ofSuspended)).toMatchObject(noLink)

  const { id, user } = await arrive(server, 'second')
  await server.parley.users.upsert({ id, username: user.username, role: 'admin' })
  const second = server.parley.as(id)
  const { token } = await second.ask('administration.createPasswordLink', { userId: cleo.id })
  await admin.ask('administration.suspend', { userId: id })
  expect(await use(token)).toMatchObject(noLink)
  expect(await signIn(cleo)).toMatchObject({ ok: true })
})

test('it ends when its person or its maker changes the password, and when all sessions of one of them end', async () => {
  const second = await arrive(server, 'second')
  await server.parley.users.upsert({ id: second.id, username: second.user.username, role: 'admin' })
  const change = ({ id, user: { username } }: Person) =>
    server.parley.as(id).ask('user.changePassword', {
      currentPassword: `password of ${username}`,
      newPassword: 'a new long password',
    })
  const ends: ((person: Person) => Promise<unknown>)[] = [
    change,
    ({ id }) => admin.ask('administration.endSessions', { userId: id }),
    ({ id }) => server.parley.users.deactivate(id).then(() => server.parley.users.restore(id)),
    ({ id }) => server.parley.endSessions(id),
  ]
  for (const end of ends) {
    const [ana, bo] = [await arrive(server, 'ana'), await arrive(server, 'bo')]
    const token = await linkFor(ana)
    await end(ana)
    expect(await use(token)).toMatchObject(noLink)

    const made = await server.parley.as(second.id).ask('administration.createPasswordLink', { userId: bo.id })
    await end(second)
    expect(await use(made.token)).toMatchObject(noLink)
    expect(await signIn(bo)).toMatchObject({ ok: true })
  }
})

test('no link is made for users without a password, suspended users or unknown users', async () => {
  const id = newName('helper')
  await server.parley.users.upsert({ id, username: id, role: 'bot' })
  const ana = await arrive(server, 'ana')
  await admin.ask('administration.suspend', { userId: ana.id })
  for (const [userId, code] of [
    [id, 'forbidden'],
    [ana.id, 'forbidden'],
    ['nobody', 'not_found'],
  ]) {
    const reply = await admin.reply('administration.createPasswordLink', { userId })
    expect([userId, reply.ok ? 'ok' : reply.error.code]).toEqual([userId, code])
  }
})

test('no row and no administrative act contains the token', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const own = await startTestServer({ dataDir, sharedDatabase: true })
  onTestFinished(async () => {
    await own.close()
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  const [maker, ana] = [await arrive(own, 'admin'), await arrive(own, 'ana')]
  const token = await linkFor(ana, maker)
  const acts = await maker.ask('administration.listActs', {})
  expect(acts.acts[0]).toMatchObject({ act: 'createPasswordLink', userId: ana.id, actorId: maker.id })
  expect(JSON.stringify(acts)).not.toContain(token)
  const database = await openTestDatabase(dataDir)
  const rows = await database.read.selectFrom('password_links').selectAll().execute()
  await database.close()
  expect(rows).toMatchObject([{ user_id: ana.id }])
  expect(JSON.stringify(rows)).not.toContain(token)
})
