import type { SignedIn } from '@parley/protocol'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HostUser } from '../../auth/authenticate.ts'
import { knock } from '../../testing/knock.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const good = { id: 'u1', username: 'Ana' }

/** What a host's function may do that its type does not allow, by the token that asks for it. */
const answers: Record<string, () => unknown> = {
  'throws at once': () => {
    throw new Error('the host’s own')
  },
  'throws what is no error': () => {
    throw undefined
  },
  rejects: () => Promise.reject(new Error('the host’s own')),
  'a text': () => 'Ana',
  'a number': () => 7,
  'a list': () => [good],
  'a function': () => () => good,
  'an empty object': () => ({}),
  'no name': () => ({ id: 'u1' }),
  'a name that is a number': () => ({ ...good, username: 7 }),
  'an id that is a bigint': () => ({ ...good, id: 1n }),
  'a picture that is an object': () => ({ ...good, avatarUrl: {} }),
  'a picture that throws': () => ({
    ...good,
    get avatarUrl() {
      throw new Error('the host’s own')
    },
  }),
  'a role that there is not': () => ({ ...good, role: 'king' }),
  'an end that is a bigint': () => ({ ...good, expiresAt: 10n ** 15n }),
  'an end that is a text': () => ({ ...good, expiresAt: 'tomorrow' }),
  'an end that is a date': () => ({ ...good, expiresAt: new Date(1e15) }),
  'an end that is no number': () => ({ ...good, expiresAt: Number.NaN }),
  'an end that never comes': () => ({ ...good, expiresAt: Number.POSITIVE_INFINITY }),
}

const loose: unknown[] = []
const note = (error: unknown) => void loose.push(error)
let server: TestServer
beforeAll(async () => {
  process.on('unhandledRejection', note).on('uncaughtException', note)
  server = await startTestServer({
    authenticate: ({ token = '' }) =>
      (answers[token]?.() ?? (token === 'bo' ? { id: 'bo', username: 'bo' } : null)) as HostUser,
  })
})
afterAll(async () => {
  await server.close()
  process.off('unhandledRejection', note).off('uncaughtException', note)
})

/** How a foreign client is turned away on each path. */
function refusalOf(path: '/socket.io' | '/io', token: string): Promise<string> {
  const socket = io(server.url, {
    path,
    auth: { token },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  return new Promise<string>((resolve) => {
    socket.once('connect_error', ({ message }) => resolve(message))
    socket.once('unauthenticated', ({ message }) => resolve(message))
    socket.once('authenticated', () => resolve('let in'))
    socket.once('connect', () => (path === '/io' ? socket.emit('authenticate') : resolve('let in')))
  }).finally(() => socket.disconnect())
}

describe('A1: a host’s authenticate() that answers with', () => {
  test.each(Object.keys(answers))('%s refuses that caller and no other', async (token) => {
    const bo = await server.connect({ accessToken: 'bo' } as SignedIn)
    expect(await knock(server.url, { token, protocol: 1 })).toMatchObject({ code: 'internal' })
    expect(await refusalOf('/socket.io', token)).toBe('Invalid token')
    expect(await refusalOf('/io', token)).toMatch(/^Invalid token/)
    expect(await bo.reply('session.renew', { accessToken: token })).toMatchObject({ error: { code: 'internal' } })
    const response = await fetch(`${server.url}/api/v1/users/me`, { headers: { authorization: 'Bearer x' } })
    expect(response.status).toBe(401)
    expect((await bo.ask('user.me', {})).user.id).toBe('bo')
    expect(loose).toEqual([])
    bo.close()
  })
})
