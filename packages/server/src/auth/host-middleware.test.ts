import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { knock } from '../testing/knock.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import type { Credentials, HostUser } from './authenticate.ts'
import type { Middleware } from './host-middleware.ts'

interface WithSession extends IncomingMessage {
  session?: { user?: HostUser }
}

/** As `express-session` does it: looks a cookie up, sets one, and keeps what it found until the answer ends. */
const sessions: Middleware = (request: WithSession, response, next) => {
  const end = response.end.bind(response)
  response.end = () => end()
  response.setHeader('Set-Cookie', 'sid=renewed')
  const { cookie } = request.headers
  if (cookie === 'sid=lost') return void setImmediate(next, new Error('the store is gone'))
  if (cookie === 'sid=broken') throw new Error('a mistake')
  if (cookie === 'sid=hung') return
  request.session = cookie === 'sid=1' ? { user: { id: '1', username: 'ana' } } : {}
  setImmediate(next)
}

/** Answers by itself. */
const guard: Middleware = ({ headers }, response, next) => {
  if (headers['x-banned']) response.writeHead(403).end('Not you.')
  else next()
}

const authenticate = ({ request }: Credentials) => (request as WithSession | undefined)?.session?.user ?? null
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ middleware: [sessions, guard], authenticate, timing: { hostIdentityMs: 50 } })
})
afterAll(() => server.close())

const ask = (headers: Record<string, string>) => fetch(`${server.url}/api/v1/users/me`, { headers })
const enter = (extraHeaders: Record<string, string>) => knock(server.url, { protocol: 1 }, { extraHeaders })

describe('authentication by middleware of the host', () => {
  test('a session known to the middleware identifies the user, for REST and for sockets', async () => {
    const answer = await ask({ cookie: 'sid=1' })
    expect(await answer.json()).toMatchObject({ data: { user: { id: '1' } } })
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(await enter({ cookie: 'sid=1' })).toBeUndefined()
  })

  test('a session unknown to the middleware is refused', async () => {
    expect((await ask({ cookie: 'sid=2' })).status).toBe(401)
    expect(await enter({ cookie: 'sid=2' })).toMatchObject({ code: 'unauthenticated' })
  })

  test('a middleware that answers the request itself refuses the caller', async () => {
    const headers = { cookie: 'sid=1', 'x-banned': '1' }
    expect((await ask(headers)).status).toBe(401)
    expect(await enter(headers)).toMatchObject({ code: 'unauthenticated' })
  })

  test.each(['sid=lost', 'sid=broken', 'sid=hung'])(
    'a middleware that fails (%s) is answered as an internal error, and later requests work',
    async (cookie) => {
      expect((await ask({ cookie })).status).toBe(500)
      expect((await enter({ cookie }))?.code).toBe('internal')
      expect((await ask({ cookie: 'sid=1' })).status).toBe(200)
    },
  )

  test('middleware without authenticate is refused at the start', async () => {
    await expect(startTestServer({ middleware: [sessions] })).rejects.toThrow('middleware is there for authenticate')
  })
})
