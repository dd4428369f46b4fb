import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Credentials } from '../auth/authenticate.ts'
import { dialRaw } from '../testing/raw-socket.ts'
import { parleyPlugin } from './fastify.ts'

const authenticate = ({ headers }: Credentials) => (headers.cookie === 'sid=1' ? { id: '1', username: 'ana' } : null)
const headers = { cookie: 'sid=1' }

let dataDir: string
let app: FastifyInstance
let second: HttpServer | undefined
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  app = fastify()
})
afterEach(async () => {
  second?.close()
  second = undefined
  await app.close()
  await rm(dataDir, { recursive: true, force: true })
})

const register = (basePath?: string) =>
  app.register(parleyPlugin, { dataDir, authenticate, basePath, log: pino({ level: 'silent' }) })

const addressOf = (server: HttpServer) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

/** As `listen` on `localhost` makes one for the second address of that name. */
async function openSecond(): Promise<string> {
  const server = createServer((request, response) => app.routing(request, response))
  server.on('upgrade', app.server.emit.bind(app.server, 'upgrade'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  second = server
  return addressOf(server)
}

describe('the Fastify plugin', () => {
  test('Parley is served by the application’s server, is available as app.parley, and closes with app.close()', async () => {
    app.get('/orders', async () => 'the host answers')
    await register()
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    expect(await app.parley.health()).toMatchObject({ status: 'ok' })
    expect((await fetch(`${url}/parley/api/v1/users/me`, { headers })).status).toBe(200)
    expect(await (await fetch(`${url}/orders`)).text()).toBe('the host answers')
    const { next, closed } = dialRaw(`${url}/parley`, { headers })
    await next('0')
    await app.close()
    await closed
  })

  test.each([
    [undefined, '/parley'],
    ['/chat/', '/chat'],
    ['/', ''],
  ])('with the base path %s, Parley is served on every server of the application', async (given, basePath) => {
    app.get('/orders', async () => 'the host answers')
    await register(given)
    const urls = [await app.listen({ port: 0, host: '127.0.0.1' }), await openSecond()]
    for (const url of urls) {
      const api = `${url}${basePath}/api/v1`
      expect((await fetch(`${api}/users/me`, { headers })).status).toBe(200)
      expect((await fetch(`${api}/users/me`)).status).toBe(401)
      const body = JSON.stringify({ name: 'Kitchen' })
      const asJson = { ...headers, 'content-type': 'application/json' }
      expect((await fetch(`${api}/conversations`, { method: 'POST', headers: asJson, body })).status).toBe(201)
      expect((await fetch(`${api}/conversations`, { method: 'POST', headers: asJson, body: '{' })).status).toBe(400)
      const { socket, next } = dialRaw(url + basePath, { headers })
      expect(await next('0')).toMatch(/^0\{/)
      socket.close()
      expect(await (await fetch(`${url}/orders`)).text()).toBe('the host answers')
      expect((await fetch(`${url}/nothing`)).status).toBe(404)
    }
  })

  test('once Parley is closed, its paths are answered by the application again', async () => {
    await register()
    const urls = [await app.listen({ port: 0, host: '127.0.0.1' }), await openSecond()]
    await app.parley.close()
    for (const url of urls) expect((await fetch(`${url}/parley/api/v1/users/me`, { headers })).status).toBe(404)
  })

  test('options that are invalid fail the start of the application', async () => {
    await expect(register('chat')).rejects.toThrow('basePath must be a path')
    await app.close()
  })
})
