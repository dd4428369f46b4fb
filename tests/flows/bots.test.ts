import type { SignedIn } from '@parley/protocol'
import { knock } from '@parley/server/testing/knock'
import { enter, newName, openRoom, say, settled } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { testKeys } from '@parley/server/testing/test-keys'
import { expect, test } from 'vitest'

const { server, ana, bo } = serverWithPeople(['ana', 'bo'], { sharedDatabase: true })

const makeBot = () => testKeys(server).bot(newName('echo'))

async function connect({ text: accessToken }: { text: string }) {
  const { user } = await rest(accessToken).then(({ data }) => data)
  return enter(server, { user, accessToken } as SignedIn)
}

async function rest(token: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/api/v1/users/me`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
  return { status: response.status, ...(await response.json()) }
}

test('a bot connects with its key, receives and sends messages as a member, and appears as a bot', async () => {
  const key = await makeBot()
  const bot = await connect(key)
  expect(bot.user).toMatchObject({ id: key.userId, role: 'bot' })
  const conversationId = await openRoom(ana, [bot])
  const secret = await openRoom(ana, [bo])
  const said = await say(ana, conversationId, 'Hello?')
  await say(ana, secret, 'Not for it')
  await bot.heard('message.created', ({ messages = [] }) => messages.some(({ id }) => id === said.id))
  const answer = await say(bot, conversationId, 'Hello!')
  const { users } = await ana.heard('message.created', ({ messages = [] }) =>
    messages.some(({ id }) => id === answer.id),
  )
  expect(users).toContainEqual(bot.user)
  await settled(bot, ana)
  expect(bot.all('message.created').filter((change) => change.conversationId === secret)).toEqual([])
  expect((await bo.ask('user.search', { query: bot.user.username })).users).toEqual([bot.user])
  bot.close()
})

test('a bot has no password, cannot act as another user, and cannot change its role', async () => {
  const key = await makeBot()
  const { data } = await rest(key.text)
  for (const password of ['', `password of ${data.user.username}`, key.text.slice(0, 128)]) {
    const response = await server.rest('POST', '/sessions', { body: { username: data.user.username, password } })
    expect(response.status).toBe(401)
  }
  expect(await rest(key.text, { 'parley-user': ana.id })).toMatchObject({ status: 403, error: { code: 'forbidden' } })
  const { username, role } = data.user
  const body = { username, role: 'admin' }
  expect((await server.rest('PUT', `/users/${data.user.id}`, { token: key.text, body })).status).toBe(404)
  expect((await rest(key.text)).data.user.role).toBe(role)
})

test('the first person is the administrator, and bots do not change that', () => {
  expect([ana.user.role, bo.user.role].sort()).toEqual(['admin', 'user'])
})

test('when its key is revoked, all sockets of a bot end on every node, and new requests are refused', async () => {
  const keys = testKeys(server)
  const [key, other] = [await makeBot(), await makeBot()]
  const sockets = [await connect(key), await connect(key), await connect(key)]
  const spared = await connect(other)
  await keys.revoke(key)
  for (const socket of sockets) expect(await socket.heard('session.ended')).toEqual({ reason: 'revoked' })
  expect(await knock(server.url, { token: key.text, protocol: 1 })).toMatchObject({ code: 'unauthenticated' })
  expect((await rest(key.text)).status).toBe(401)
  await settled(spared)
  expect(spared.all('session.ended')).toEqual([])
  expect(await spared.ask('user.me', {})).toMatchObject({ user: { role: 'bot' } })
  spared.close()
})

test('a bot can end its own key, as a user ends a session', async () => {
  const key = await makeBot()
  const bot = await connect(key)
  const { sessions } = await bot.ask('session.list', {})
  expect(sessions).toMatchObject([{ current: true, userAgent: expect.stringContaining('API key') }])
  await bot.reply('session.end', {})
  await bot.heard('session.ended')
  expect((await rest(key.text)).status).toBe(401)
})
