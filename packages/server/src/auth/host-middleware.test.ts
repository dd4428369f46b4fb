import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import session from 'express-session'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createParley } from '../server.ts'
import { knock } from '../testing/knock.ts'
import { patience } from '../testing/patience.ts'
import { dialRaw } from '../testing/raw-socket.ts'
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

describe('C6: middleware that runs again for an open socket', () => {
  const timing = { hostIdentityMs: patience.waitMs }

  /** A host with sessions in a store of its own, where people sign in by their name, and Parley attached to it. */
  async function startHost(options: { dialects?: string[] } = {}) {
    const host = express()
    const sessions = session({ secret: 'for the test', resave: false, saveUninitialized: false })
    host.use(sessions)
    host.post('/sign-in/:name', (request, response) => {
      const { name } = request.params
      Reflect.set(request.session, 'user', { id: name, username: name })
      response.end()
    })
    host.post('/sign-out', (request, response) => void request.session.destroy(() => response.end()))
    const asked: (HostUser | undefined)[] = []
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
    const parley = await createParley({
      ...{ dataDir, timing, middleware: [sessions], reauthenticateSeconds: 1, log: pino({ level: 'silent' }) },
      ...options,
      authenticate: ({ request }) => {
        const { user } = (request as WithSession).session ?? {}
        asked.push(user)
        return user ?? null
      },
    })
    const httpServer = createServer(host)
    parley.attach(httpServer)
    await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
    onTestFinished(async () => {
      await parley.close()
      await new Promise((resolve) => httpServer.close(resolve))
      await rm(dataDir, { recursive: true, force: true })
    })
    return { url: `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`, asked }
  }

  async function signIn(url: string, name: string) {
    const { headers } = await fetch(`${url}/sign-in/${name}`, { method: 'POST' })
    const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const raw = dialRaw(`${url}/parley`, { headers: { cookie } })
    await raw.next('0')
    raw.socket.send('40/v1,{"protocol":1}')
    expect(await raw.next('40/v1,')).toContain('sid')
    return { raw, cookie }
  }

  test('a session of Express that its store has no longer ends the socket, and not those of other sessions', async () => {
    const { url, asked } = await startHost()
    const [ana, bo] = [await signIn(url, 'ana'), await signIn(url, 'bo')]
    expect((await fetch(`${url}/sign-out`, { method: 'POST', headers: { cookie: ana.cookie } })).status).toBe(200)
    expect(await ana.raw.next('42/v1,["session.ended"')).toContain('{"reason":"expired"}')
    const before = asked.length
    await expect.poll(() => asked.slice(before)).toContainEqual({ id: 'bo', username: 'bo' })
    bo.raw.socket.send('42/v1,1["user.me",{}]')
    expect(await bo.raw.next('43/v1,1')).toContain('"id":"bo"')
  })

  test('it also ends the socket of a foreign client that authenticated after it had connected', async () => {
    const { url } = await startHost({ dialects: ['rooms'] })
    const { headers } = await fetch(`${url}/sign-in/ana`, { method: 'POST' })
    const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const raw = dialRaw(`${url}/parley`, { path: '/io', headers: { cookie } })
    await raw.next('0')
    raw.socket.send('40')
    await raw.next('40{')
    raw.socket.send('42["authenticate"]')
    await raw.next('42["authenticated"')
    await fetch(`${url}/sign-out`, { method: 'POST', headers: { cookie } })
    expect(await raw.next('42["unauthenticated"')).toContain('expired')
  })

  test('gets the request as the client sent it, and not as an earlier run left it', async () => {
    const seen: unknown[] = []
    const changing: Middleware = (request: WithSession, _, next) => {
      const { url, headers, session: found } = request
      seen.push({ url, headers: { ...headers }, found })
      request.url = '/elsewhere'
      request.headers['x-user'] = 'ana'
      request.headers.cookie = undefined
      request.session = { user: { id: 'ana', username: 'ana' } }
      Object.setPrototypeOf(request, Object.create(Object.getPrototypeOf(request)))
      next()
    }
    const again = await startTestServer({ middleware: [changing], authenticate, timing, reauthenticateSeconds: 1 })
    onTestFinished(() => again.close())
    const raw = dialRaw(again.url, { headers: { cookie: 'sid=1' } })
    await raw.next('0')
    raw.socket.send('40/v1,{"protocol":1}')
    expect(await raw.next('40/v1,')).toContain('sid')
    await expect.poll(() => seen.length).toBeGreaterThan(2)
    expect(seen[0]).toMatchObject({ url: expect.stringContaining('/socket.io/'), headers: { cookie: 'sid=1' } })
    for (const other of seen) expect(other).toEqual(seen[0])
  })
})
