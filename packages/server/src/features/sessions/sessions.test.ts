import type { Reply, Session, SignedIn } from '@parley/protocol'
import { expect, test } from 'vitest'
import { knock } from '../../testing/knock.ts'
import { arrive, enter, newName, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

const { server } = serverWithPeople([])

interface Answer<T> {
  status: number
  reply: Reply<T>
}

const post = async <T = SignedIn>(path: string, body: unknown, token?: string): Promise<Answer<T>> => {
  const response = await server.rest('POST', path, { body, token })
  return { status: response.status, reply: (await response.json()) as Reply<T> }
}

const dataOf = <T>({ reply }: Answer<T>): T => {
  if (!reply.ok) throw new Error(reply.error.code)
  return reply.data
}

const codeOf = ({ reply }: Answer<unknown>) => (reply.ok ? 'ok' : reply.error.code)

const passwordOf = (username: string) => `password of ${username}`
const signIn = (username: string, password = passwordOf(username), token?: string) =>
  post('/sessions', { username, password }, token)
const refresh = (refreshToken: string) => post('/sessions/refresh', { refreshToken })
const isGood = async (accessToken: string) => (await server.rest('GET', '/users/me', { token: accessToken })).ok

test('a registered user is signed in, and can sign in again with the name in any case', async () => {
  const name = newName('Ana')
  const first = await server.register(name)
  expect(first.user).toMatchObject({ username: name, displayName: name, avatarUrl: null })
  const second = dataOf(await signIn(name.toUpperCase(), passwordOf(name)))
  expect(second.user).toEqual(first.user)
  expect(second.sessionId).not.toBe(first.sessionId)
  expect(await isGood(first.accessToken)).toBe(true)
  expect(await isGood(second.accessToken)).toBe(true)
})

test.each([(name: string) => `${name} `, (name: string) => ` ${name}`, (name: string) => `\t${name.toUpperCase()}\n`])(
  'B5: white space around a user name is ignored (%#)',
  async (typed) => {
    const name = newName('Ana')
    const made = dataOf(await post('/users', { username: typed(name), password: passwordOf(name) }))
    expect(made.user.username.toLowerCase()).toBe(name.toLowerCase())
    expect(dataOf(await signIn(typed(name), passwordOf(name))).user.id).toBe(made.user.id)
    expect(codeOf(await post('/users', { username: name, password: passwordOf(name) }))).toBe('username_taken')
  },
)

test('B6: the length of a password is that of its composed Unicode form', async () => {
  const [composed, short] = ['\u00E9'.repeat(100), '\u00E9'.repeat(7)]
  const name = newName()
  expect(codeOf(await post('/users', { username: name, password: short.normalize('NFD') }))).toBe('invalid_input')
  const { accessToken } = dataOf(await post('/users', { username: name, password: composed }))
  expect(codeOf(await signIn(name, composed.normalize('NFD')))).toBe('ok')
  const change = { currentPassword: composed.normalize('NFD'), newPassword: `${composed.normalize('NFD')}!` }
  const changed = await server.rest('PUT', '/users/me/password', { token: accessToken, body: change })
  expect(changed.status).toBe(200)
  expect(codeOf(await signIn(name, `${composed}!`))).toBe('ok')
})

test('a user name can be registered once, in any case and even at the same time', async () => {
  const name = newName('bo')
  const variants = [name, name.toUpperCase(), name, name.toUpperCase()]
  const answers = await Promise.all(variants.map((username) => post('/users', { username, password: 'long enough' })))
  expect(answers.map(codeOf).sort()).toEqual(['ok', 'username_taken', 'username_taken', 'username_taken'])
})

test('a wrong password is answered exactly like an unknown user', async () => {
  const name = newName()
  await server.register(name)
  const [wrong, unknown] = await Promise.all([signIn(name, 'not the password'), signIn(newName('nobody'), 'whatever')])
  expect(wrong.status).toBe(401)
  expect(unknown.status).toBe(wrong.status)
  const withoutId = ({ reply }: Answer<SignedIn>) => reply.ok || { ...reply.error, requestId: '' }
  expect(withoutId(unknown)).toEqual(withoutId(wrong))
  expect(withoutId(wrong)).toMatchObject({ code: 'bad_credentials' })
})

test('signing in and registering work even if a token is sent', async () => {
  const ana = await server.register(newName())
  expect(dataOf(await signIn(ana.user.username, undefined, ana.accessToken)).user.id).toBe(ana.user.id)
  const name = newName('bo')
  const body = { username: name, password: passwordOf(name) }
  expect(dataOf(await post('/users', body, ana.accessToken)).user.username).toBe(name)
})

test('operations for signed-out callers are not available over a socket', async () => {
  const ana = await arrive(server)
  const { username } = ana.user
  const inputs = {
    'user.register': { username: newName(), password: 'long enough' },
    'session.create': { username, password: passwordOf(username) },
    'session.refresh': { refreshToken: ana.signedIn.refreshToken },
  }
  for (const [name, input] of Object.entries(inputs)) {
    expect(await ana.reply(name, input)).toMatchObject({ ok: false, error: { code: 'unknown_operation' } })
  }
  expect(codeOf(await refresh(ana.signedIn.refreshToken))).toBe('ok')
})

test('reads are answered while passwords are being verified', async () => {
  const ana = await arrive(server)
  let verified = 0
  const guesses = Array.from({ length: 40 }, () => signIn(ana.user.username, 'a wrong guess').then(() => verified++))
  await ana.ask('user.me', {})
  expect(verified).toBeLessThan(40)
  await Promise.all(guesses)
})

test('a refresh returns new tokens of the same session, and the old access token stays valid', async () => {
  const first = await server.register(newName())
  const second = dataOf(await refresh(first.refreshToken))
  expect(second).toMatchObject({ sessionId: first.sessionId, user: first.user })
  expect(second.refreshToken).not.toBe(first.refreshToken)
  expect(await isGood(second.accessToken)).toBe(true)
  expect(await isGood(first.accessToken)).toBe(true)
})

test('two tabs that refresh at the same time get the same next token', async () => {
  const first = await server.register(newName())
  const both = await Promise.all([refresh(first.refreshToken), refresh(first.refreshToken)])
  const tokens = both.map((answer) => dataOf(answer).refreshToken)
  expect(new Set(tokens).size).toBe(1)
  const next = dataOf(await refresh(tokens[0] as string))
  expect(await isGood(next.accessToken)).toBe(true)
})

test('using an old refresh token ends the session and closes its sockets, even after several refreshes', async () => {
  const stolen = await arrive(server)
  const bystander = await arrive(server)
  const thief = dataOf(await refresh(stolen.signedIn.refreshToken))
  const again = dataOf(await refresh(thief.refreshToken))
  expect(codeOf(await refresh(stolen.signedIn.refreshToken))).toBe('unauthenticated')
  expect(await stolen.heard('session.ended')).toEqual({ reason: 'revoked' })
  expect(await isGood(again.accessToken)).toBe(false)
  expect(codeOf(await refresh(again.refreshToken))).toBe('unauthenticated')
  await settled(bystander)
  expect(bystander.all('session.ended')).toEqual([])
})

test('an invented refresh token is refused without ending a session', async () => {
  const ana = await server.register(newName())
  for (const invented of ['x', `${'x'.repeat(200)}`, 'a.b', '.', ana.accessToken.slice(0, 200)]) {
    expect(codeOf(await refresh(invented))).toBe('unauthenticated')
  }
  expect(codeOf(await refresh(ana.refreshToken))).toBe('ok')
})

test('signing out ends only this session, its socket and its tokens', async () => {
  const phone = await arrive(server)
  const laptop = await enter(server, dataOf(await signIn(phone.user.username)))
  await phone.ask('session.end', {})
  expect(await phone.heard('session.ended')).toEqual({ reason: 'revoked' })
  expect(await isGood(phone.signedIn.accessToken)).toBe(false)
  expect(codeOf(await refresh(phone.signedIn.refreshToken))).toBe('unauthenticated')
  expect(await knock(server.url, { token: phone.signedIn.accessToken, protocol: 1 })).toMatchObject({
    code: 'unauthenticated',
  })
  await settled(laptop)
  expect(laptop.all('session.ended')).toEqual([])
})

test('users can list and revoke their own sessions only', async () => {
  const phone = await arrive(server)
  const laptop = await enter(server, dataOf(await signIn(phone.user.username)))
  const stranger = await arrive(server, 'bo')
  const idsOf = (sessions: Session[]) => sessions.map(({ id, current }) => [id, current])
  expect(idsOf((await phone.ask('session.list', {})).sessions).sort()).toEqual(
    [
      [phone.signedIn.sessionId, true],
      [laptop.signedIn.sessionId, false],
    ].sort(),
  )

  const { sessionId } = laptop.signedIn
  await expect(stranger.ask('session.revoke', { sessionId })).rejects.toMatchObject({ code: 'not_found' })
  await settled(laptop)
  await phone.ask('session.revoke', { sessionId })
  expect(await laptop.heard('session.ended')).toEqual({ reason: 'revoked' })
  expect(await isGood(laptop.signedIn.accessToken)).toBe(false)
  await expect(phone.ask('session.revoke', { sessionId })).rejects.toMatchObject({ code: 'not_found' })
  expect((await phone.ask('session.list', {})).sessions).toHaveLength(1)
})

test('a socket that connects while its session is being revoked is closed', async () => {
  for (let trial = 0; trial < 20; trial++) {
    const { sessionId, accessToken, ...signedIn } = await server.register(newName())
    const revoked = server.rest('DELETE', `/sessions/${sessionId}`, { token: accessToken })
    const connected = server.connect({ sessionId, accessToken, ...signedIn }).catch(() => undefined)
    const [socket] = await Promise.all([connected, revoked])
    if (socket?.socket.connected) await new Promise((resolve) => socket.socket.once('disconnect', resolve))
  }
})

test('B9: a request of a session that is revoked meanwhile has no effect', async () => {
  const thief = await arrive(server)
  const { username } = thief.user
  const owner = await enter(server, dataOf(await signIn(username)))
  // Passwords are hashed two at a time: the change waits behind these.
  const before = Array.from({ length: 12 }, () => signIn(username, 'a wrong guess'))
  await thief.ask('user.me', {})
  const change = { currentPassword: passwordOf(username), newPassword: 'a new password' }
  void thief.reply('user.changePassword', change)
  await owner.ask('session.revoke', { sessionId: thief.signedIn.sessionId })
  expect(await thief.heard('session.ended')).toEqual({ reason: 'revoked' })
  await Promise.all(before)
  for (let trial = 0; trial < 3; trial++) expect(codeOf(await signIn(username))).toBe('ok')
  expect(codeOf(await signIn(username, 'a new password'))).toBe('bad_credentials')
  await settled(owner)
  expect(owner.all('session.ended')).toEqual([])
})

test('a new password ends all other sessions and invalidates the old password', async () => {
  const here = await arrive(server)
  const { username } = here.user
  const there = await enter(server, dataOf(await signIn(username)))
  const wrong = { currentPassword: 'not this one', newPassword: 'a new password' }
  await expect(here.ask('user.changePassword', wrong)).rejects.toMatchObject({ code: 'bad_credentials' })
  await settled(there)

  await here.ask('user.changePassword', { ...wrong, currentPassword: passwordOf(username) })
  expect(await there.heard('session.ended')).toEqual({ reason: 'revoked' })
  expect(await isGood(there.signedIn.accessToken)).toBe(false)
  await settled(here)
  expect(here.all('session.ended')).toEqual([])
  expect(codeOf(await signIn(username))).toBe('bad_credentials')
  expect(codeOf(await signIn(username, 'a new password'))).toBe('ok')
})

test('a sign-in with the old password during a change of password does not stay signed in', async () => {
  const ana = await arrive(server)
  const { username } = ana.user
  let changed = false
  const opened: SignedIn[] = []
  const guessOn = async () => {
    while (!changed) {
      const answer = await signIn(username)
      if (answer.reply.ok) opened.push(answer.reply.data)
    }
  }
  const guesses = Array.from({ length: 8 }, guessOn)
  const newPassword = 'a new password'
  await ana.ask('user.changePassword', { currentPassword: passwordOf(username), newPassword })
  changed = true
  await Promise.all(guesses)
  const stillGood = await Promise.all(opened.map(({ accessToken }) => isGood(accessToken)))
  expect(stillGood.filter(Boolean)).toEqual([])
})

test.each([1, 2])(
  'B4: of two password changes with the same old password in %d sessions, one succeeds',
  async (sessions) => {
    const username = newName('ana')
    const first = await server.register(username)
    const second = sessions === 1 ? first : dataOf(await signIn(username))
    const change = async (token: string, newPassword: string): Promise<Reply<unknown>> => {
      const body = { currentPassword: passwordOf(username), newPassword }
      return (await (await server.rest('PUT', '/users/me/password', { token, body })).json()) as Reply<unknown>
    }
    const passwords = ['the first new password', 'the second new password'] as const
    const replies = await Promise.all([
      change(first.accessToken, passwords[0]),
      change(second.accessToken, passwords[1]),
    ])
    expect(replies.map(({ ok }) => ok).sort()).toEqual([false, true])
    const signIns = await Promise.all(
      [...passwords, passwordOf(username)].map((password) => signIn(username, password)),
    )
    expect(signIns.map(({ reply }) => reply.ok)).toEqual([...replies.map(({ ok }) => ok), false])
  },
)
