import { operations } from '@parley/protocol'
import { stopClock } from '@parley/server/testing/stopped-clock'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createChat } from '../chat-client.ts'
import { renewalsAt, seen, testServer, wireTo } from '../testing/test-chat.ts'
import { httpForms } from './http.ts'
import { createSessions, type SessionStorage, type Sessions } from './sessions.ts'

function browserStorage(): SessionStorage {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
}

const ana = { username: 'ana', password: 'correct horse battery' }

async function signedIn(options?: Parameters<typeof testServer>[0]) {
  const server = await testServer(options)
  const storage = browserStorage()
  const sessions = createSessions({ url: server.url, storage })
  await sessions.register(ana)
  return { server, storage, sessions }
}

const chatOf = (url: string, sessions: Sessions) => {
  const chat = createChat({ url, auth: sessions.accessToken }, { random: () => 0.05 })
  onTestFinished(() => chat.close())
  return chat
}

test('HTTP requests take the way that the catalogue names', () => {
  for (const [name, form] of Object.entries(httpForms)) {
    expect(operations).toHaveProperty([name])
    expect(operations[name as keyof typeof httpForms].http, name).toMatchObject(form)
  }
})

test('an account is made, left, entered again, and survives a reload', async () => {
  const { server, storage, sessions } = await signedIn()
  expect(sessions.current?.user).toMatchObject({ username: 'ana', role: 'admin' })
  expect(sessions.current).toBe(sessions.current)
  expect(createSessions({ url: server.url, storage }).current).toEqual(sessions.current)
  const changes: (string | undefined)[] = []
  const unsubscribe = sessions.subscribe((current) => changes.push(current?.user.username))
  await sessions.signOut()
  expect(sessions.current).toBeNull()
  await expect(sessions.accessToken()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(createSessions({ url: server.url, storage }).current).toBeNull()
  await expect(sessions.signIn({ ...ana, password: 'wrong' })).rejects.toMatchObject({ code: 'bad_credentials' })
  await expect(sessions.register(ana)).rejects.toMatchObject({ code: 'username_taken' })
  await sessions.signIn(ana)
  unsubscribe()
  await sessions.signOut()
  expect(changes).toEqual([undefined, 'ana'])
})

const refusals: Record<string, (items: SessionStorage) => SessionStorage> = {
  'is full': (items) => ({ ...items, setItem: () => refuse() }),
  'is blocked': () => ({ getItem: refuse, setItem: refuse, removeItem: refuse }),
}

function refuse(): never {
  throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
}

test.each(Object.entries(refusals))('B3: where the storage %s, signing in lasts as long as the page', async (_, of) => {
  const server = await testServer()
  const storage = browserStorage()
  await createSessions({ url: server.url, storage }).register(ana)
  const sessions = createSessions({ url: server.url, storage: of(storage) })
  await sessions.signIn(ana)
  expect([sessions.current?.user.username, sessions.isKept]).toEqual(['ana', false])
  // A refresh uses the token of this page, not an older one in the storage.
  for (let times = 0; times < 3; times++) {
    const replacing = sessions.current?.accessToken
    expect(await sessions.accessToken({ replacing })).not.toBe(replacing)
  }
  expect(sessions.current?.user.username).toBe('ana')
  await sessions.signOut()
  expect(sessions.current).toBeNull()
})

test('B3: where the storage fills up, an old token gives way, which would end the session with the next page', async () => {
  const { server, storage, sessions } = await signedIn()
  expect(sessions.isKept).toBe(true)
  let isFull = false
  const filling: SessionStorage = {
    ...storage,
    setItem: (key, value) => (isFull && storage.getItem(key) !== null ? refuse() : storage.setItem(key, value)),
  }
  const tab = createSessions({ url: server.url, storage: filling })
  isFull = true
  await tab.accessToken({ replacing: tab.current?.accessToken })
  expect(tab.isKept).toBe(true)
  expect(createSessions({ url: server.url, storage }).current?.refreshToken).toBe(tab.current?.refreshToken)
})

test('B3: a browser that refuses its locks with its storage refreshes all the same', async () => {
  const { sessions } = await signedIn()
  const request = () => Promise.reject(new DOMException('Access to the Locks API is denied.', 'SecurityError'))
  vi.stubGlobal('navigator', { locks: { request } })
  onTestFinished(() => void vi.unstubAllGlobals())
  const replacing = sessions.current?.accessToken
  expect(await sessions.accessToken({ replacing })).not.toBe(replacing)
})

test('B1: the device where somebody was signed in before is let in while others guess, and another one is not', async () => {
  const { server, storage, sessions } = await signedIn({ rateLimits: 'on' })
  await sessions.signOut()
  const body = { username: ana.username, password: 'a wrong guess' }
  await Promise.all(Array.from({ length: 40 }, () => server.rest('POST', '/sessions', { body })))
  const stranger = createSessions({ url: server.url, storage: browserStorage() })
  await expect(stranger.signIn(ana)).rejects.toMatchObject({ code: 'rate_limited' })
  await createSessions({ url: server.url, storage }).signIn(ana)
  expect(storage.getItem(`parley-session ${server.url}`)).not.toContain('deviceToken')
})

test('signing out ends the session at the server', async () => {
  const { server, sessions } = await signedIn()
  const chat = chatOf(server.url, sessions)
  await chat.connect()
  await sessions.signOut()
  await seen(chat, 'the end', ({ status, problem }) => status === 'closed' && problem?.code === 'unauthenticated')
})

test('tokens are exchanged once, however many ask, in all tabs', async () => {
  const { server, storage, sessions } = await signedIn()
  const tab = createSessions({ url: server.url, storage })
  const [before, replacing] = [sessions.current, await sessions.accessToken()]
  expect(sessions.current).toBe(before)
  const requests = vi.spyOn(globalThis, 'fetch')
  onTestFinished(() => requests.mockRestore())
  const tokens = await Promise.all([sessions, sessions, tab, tab].map((each) => each.accessToken({ replacing })))
  expect(new Set(tokens).size).toBe(1)
  expect(requests).toHaveBeenCalledTimes(1)
  expect(sessions.current?.refreshToken).not.toBe(before?.refreshToken)
  expect(tab.current).toEqual(sessions.current)
})

test('a token that arrives after its user has left does not replace the session of the next one', async () => {
  const { server, sessions } = await signedIn()
  await server.register('bo')
  const { fetch } = globalThis
  const { promise: untilLater, resolve: letGo } = Promise.withResolvers<void>()
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  const requests = vi.spyOn(globalThis, 'fetch').mockImplementation(async (...request) => {
    const response = await fetch(...request)
    if (String(request[0]).endsWith('/refresh')) {
      answer()
      await untilLater
    }
    return response
  })
  onTestFinished(() => requests.mockRestore())
  const replacing = sessions.current?.accessToken
  const refreshed = sessions.accessToken({ replacing })
  await answered
  void sessions.signOut()
  await sessions.signIn({ username: 'bo', password: 'password of bo' })
  letGo()
  await expect(refreshed).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(sessions.current?.user.username).toBe('bo')
})

test('a token that ends soon is not handed out', async () => {
  const { sessions } = await signedIn({ accessTokenSeconds: 60 })
  const before = sessions.current
  await sessions.accessToken()
  expect(sessions.current?.refreshToken).not.toBe(before?.refreshToken)
})

test('a server that cannot be reached signs nobody out', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  const sessions = createSessions({ url: wire.url, storage: browserStorage() })
  await sessions.register(ana)
  wire.down()
  const replacing = sessions.current?.accessToken
  await expect(sessions.accessToken({ replacing })).rejects.toMatchObject({ code: 'disconnected' })
  expect(sessions.current?.user.username).toBe('ana')
  await sessions.signOut()
  expect(sessions.current).toBeNull()
})

test('an open chat outlives its token', async () => {
  const clock = stopClock()
  onTestFinished(clock.release)
  const { server, sessions } = await signedIn({ accessTokenSeconds: 20 })
  const chat = chatOf(server.url, sessions)
  const statuses: string[] = []
  await chat.connect()
  chat.on('status.changed', ({ status }) => statuses.push(status))
  await chat.users.me()
  for (const count of [1, 2, 3]) {
    await clock.pass(10_000)
    await expect.poll(() => renewalsAt(server)).toBe(count)
  }
  expect((await chat.users.me()).username).toBe('ana')
  expect(statuses).toEqual([])
})

test('a chat whose token cannot be renewed is let in again with a new one, or stops', async () => {
  const clock = stopClock()
  onTestFinished(clock.release)
  const { server, sessions } = await signedIn({ accessTokenSeconds: 20 })
  let refuses = true
  const auth: Sessions['accessToken'] = async (request) => {
    if (request?.replacing && refuses) throw new Error('no network')
    return sessions.accessToken(request)
  }
  const chat = createChat({ url: server.url, auth }, { random: () => 0.05 })
  onTestFinished(() => chat.close())
  await chat.connect()
  await chat.users.me()
  await clock.pass(20_000)
  await seen(chat, 'the loss', ({ status }) => status === 'offline')
  refuses = false
  const back = seen(chat, 'the return', ({ status }) => status === 'online')
  await clock.pass(1_000)
  await back
})

test('sessions are listed and revoked; a revoked one is signed out', async () => {
  const { server, sessions } = await signedIn()
  const phone = createSessions({ url: server.url, storage: browserStorage() })
  await phone.signIn(ana)
  const [here, there] = [chatOf(server.url, sessions), chatOf(server.url, phone)]
  await Promise.all([here.connect(), there.connect()])
  const list = await here.sessions.list()
  expect(list.map(({ id, current }) => [id, current]).sort()).toEqual(
    [
      [sessions.current?.sessionId, true],
      [phone.current?.sessionId, false],
    ].sort(),
  )
  await here.sessions.revoke(phone.current?.sessionId ?? '')
  await seen(there, 'the end', ({ status, problem }) => status === 'closed' && problem?.code === 'unauthenticated')
  expect(phone.current).toBeNull()
  expect(here.store.getState().status).toBe('online')
  await here.sessions.changePassword({ currentPassword: ana.password, newPassword: 'another long one' })
  await expect(phone.signIn(ana)).rejects.toMatchObject({ code: 'bad_credentials' })
  await phone.signIn({ ...ana, password: 'another long one' })
})

test('another person’s token brings another person’s chat', async () => {
  const { server, sessions } = await signedIn()
  const others = createSessions({ url: server.url, storage: browserStorage() })
  await others.register({ username: 'bob', password: 'his own password' })
  let who = sessions
  const chat = createChat({ url: server.url, auth: () => who.accessToken() }, { random: () => 0.05 })
  onTestFinished(() => chat.close())
  await chat.connect()
  const { id } = await chat.conversations.create({ name: 'Ana’s own' })
  who = others
  // The end of the own session closes the line, perhaps before the answer.
  await chat.sessions.revoke(sessions.current?.sessionId ?? '').catch(() => {})
  await seen(chat, 'the other person', ({ status, me }) => status === 'online' && me?.username === 'bob')
  expect(chat.store.getState().conversations).toEqual({})
  await expect(chat.conversations.get(id)).rejects.toMatchObject({ code: 'not_found' })
})
