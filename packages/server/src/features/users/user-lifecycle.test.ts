import type { Reply, SignedIn } from '@parley/protocol'
import { expect, test } from 'vitest'
import { askBytes, upload } from '../../testing/files/uploads.ts'
import { arrive, enter, newName, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

/* Where Parley has the accounts: what a host that runs such a server does with them. */

const { server, bystander } = serverWithPeople(['bystander'])

const post = async (path: string, body: unknown): Promise<Reply<SignedIn>> =>
  (await server.rest('POST', path, { body })).json() as Promise<Reply<SignedIn>>

const signIn = (username: string, password = `password of ${username}`) => post('/sessions', { username, password })

test('C6: ending a user’s sessions closes sockets and invalidates tokens, and keeps the password', async () => {
  const ana = await arrive(server, 'ana')
  const reply = await signIn(ana.user.username)
  if (!reply.ok) throw new Error(reply.error.code)
  const phone = await enter(server, reply.data)
  await server.parley.endSessions(ana.id)
  for (const device of [ana, phone]) {
    expect(await device.heard('session.ended')).toEqual({ reason: 'revoked' })
    const { accessToken, refreshToken } = device.signedIn
    expect((await server.rest('GET', '/users/me', { token: accessToken })).status).toBe(401)
    expect(await post('/sessions/refresh', { refreshToken })).toMatchObject({ error: { code: 'unauthenticated' } })
  }
  const again = await signIn(ana.user.username)
  if (!again.ok) throw new Error(again.error.code)
  const back = await enter(server, again.data)
  await settled(back, bystander)
  expect([...back.all('session.ended'), ...bystander.all('session.ended')]).toEqual([])
})

test('a deactivated user is told so on signing in with the right password, and only then', async () => {
  const ana = await arrive(server, 'ana')
  await server.parley.users.deactivate(ana.id)
  await ana.heard('session.ended')
  expect(await signIn(ana.user.username)).toMatchObject({
    error: { code: 'bad_credentials', message: 'This account is deactivated.' },
  })
  const wrong = await signIn(ana.user.username, 'a wrong guess')
  expect(wrong).toMatchObject({ error: { code: 'bad_credentials' } })
  expect(JSON.stringify(wrong)).not.toContain('deactivated')
  const { refreshToken } = ana.signedIn
  expect(await post('/sessions/refresh', { refreshToken })).toMatchObject({ error: { code: 'unauthenticated' } })
  await server.parley.users.restore(ana.id)
  expect(await signIn(ana.user.username)).toMatchObject({ ok: true })
})

test('a signed address of a file is refused once its user is deactivated', async () => {
  const ana = await arrive(server, 'ana')
  const { id } = await upload(server, ana, Buffer.from('plans'))
  const { urls } = await ana.ask('attachment.sign', { attachmentIds: [id] })
  const { original = '' } = urls[0] ?? {}
  expect((await askBytes(server, original)).status).toBe(200)
  await server.parley.users.deactivate(ana.id)
  expect((await askBytes(server, original)).status).toBe(401)
})

test('a bot created by the host can act, and nobody can sign in as it', async () => {
  const id = newName('helper')
  await server.parley.users.upsert({ id, username: id, role: 'bot' })
  const { summary } = await server.parley.as(id).ask('conversation.openDirect', { userId: bystander.id })
  await bystander.heard('account.updated', ({ summaries }) =>
    (summaries ?? []).some(({ conversation }) => conversation.id === summary.conversation.id),
  )
  expect(await signIn(id, '')).toMatchObject({ error: { code: 'bad_credentials' } })
})
