import type { SignedIn } from '@parley/protocol'
import { expect, test } from 'vitest'
import type { HostUser } from '../../auth/authenticate.ts'
import { newName } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

/* E12 where a host application has the users. */

const people = new Map<string, HostUser>()
const { server } = serverWithPeople([], { authenticate: ({ token = '' }) => people.get(token) ?? null })

async function come(name: string, role: HostUser['role'] = 'user') {
  const id = newName(name)
  people.set(id, { id, username: id, role })
  return { id, ...(await server.connect({ accessToken: id } as SignedIn)) }
}

test('a suspended user is refused until restored, even though the host still authenticates them', async () => {
  const [admin, ana] = [await come('admin', 'admin'), await come('ana')]
  await admin.ask('administration.suspend', { userId: ana.id })
  expect(await ana.heard('session.ended')).toEqual({ reason: 'revoked' })
  await expect(server.connect({ accessToken: ana.id } as SignedIn)).rejects.toThrow()
  people.set(ana.id, { id: ana.id, username: 'another-name' })
  await expect(server.connect({ accessToken: ana.id } as SignedIn)).rejects.toThrow()
  expect((await server.rest('GET', '/users/me', { token: ana.id })).status).toBe(401)
  await admin.ask('administration.restore', { userId: ana.id })
  const back = await server.connect({ accessToken: ana.id } as SignedIn)
  expect((await back.ask('user.me', {})).user.username).toBe('another-name')
})

test('with authentication by a host there are no password links', async () => {
  const [admin, ana] = [await come('admin', 'admin'), await come('ana')]
  const reply = await admin.reply('administration.createPasswordLink', { userId: ana.id })
  expect(reply).toMatchObject({ ok: false, error: { code: 'unknown_operation' } })
  const body = { token: 'x', newPassword: 'a long password' }
  expect((await server.rest('POST', '/password-links/use', { body })).status).toBe(404)
})
