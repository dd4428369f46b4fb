import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createChat } from '@parley/client'
import { createParley, type HostUser, type Parley, type ParleyOptions } from '@parley/server'
import { topology } from '@parley/server/testing/topology'
import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

// An application with its own HTTP server, its own users and its own cookie, into which Parley is mounted.
const people: Record<string, HostUser> = {
  'sid=1': { id: '1', username: 'ana', displayName: 'Ana of the host' },
  'sid=2': { id: '2', username: 'bo' },
}

/** A cookie that counts as sent with every request without one: a browser would send it by itself, Node does not. */
let browsersCookie = ''
let httpServer: Server
let parley: Parley
let dataDir: string
/** The URL of the host. */
let url: string
/** The URL of Parley on it. */
let place: string

async function mount(options: Partial<ParleyOptions> = {}) {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  httpServer = createServer((request, response) => response.end(`the host answers ${request.url}`))
  parley = await createParley({
    dataDir,
    ...(await topology().optionsFor(dataDir)),
    authenticate: ({ headers }) => people[headers.cookie ?? browsersCookie] ?? null,
    ...options,
  })
  parley.attach(httpServer)
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`
  place = `${url}/parley`
}

async function dismount() {
  await parley.close()
  httpServer.closeAllConnections()
  await new Promise((resolve) => httpServer.close(resolve))
  await rm(dataDir, { recursive: true, force: true })
}

beforeEach(() => mount())
afterEach(dismount)

const ask = (cookie: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(`${place}${path}`, {
    method,
    headers: { cookie, ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  })

function connect(cookie: string): Promise<Socket> {
  const socket = io(`${url}/v1`, {
    path: '/parley/socket.io',
    auth: { protocol: 1 },
    extraHeaders: { cookie },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('connect_error', reject)
  })
}

describe('mounted on the server of a host application', () => {
  test('knows the users by the cookie of the host, over REST and over a socket', async () => {
    const me = await (await ask('sid=1', 'GET', '/api/v1/users/me')).json()
    expect(me).toMatchObject({ ok: true, data: { user: { id: '1', displayName: 'Ana of the host' } } })
    expect((await ask('sid=3', 'GET', '/api/v1/users/me')).status).toBe(401)
    await expect(connect('sid=3')).rejects.toMatchObject({ data: { code: 'unauthenticated' } })

    const bo = await connect('sid=2')
    const heard = new Promise((resolve) => bo.once('account.updated', resolve))
    const room = { name: 'Kitchen', visibility: 'private', userIds: ['2'] }
    expect((await ask('sid=1', 'POST', '/api/v1/conversations', room)).status).toBe(201)
    expect(await heard).toMatchObject({ summaries: [{ conversation: { name: 'Kitchen' } }] })
    bo.disconnect()
  })

  test('offers no accounts of its own', async () => {
    const input = { username: 'eve', password: 'a long password' }
    expect((await ask('', 'POST', '/api/v1/users', input)).status).toBe(404)
    expect((await ask('', 'POST', '/api/v1/sessions', input)).status).toBe(404)
  })

  test('leaves all requests outside its path to the host', async () => {
    const paths = [
      '/',
      '/chat',
      '/parleys',
      '/api/v1/orders',
      '/socket.io/?EIO=4&transport=polling',
      '/docs/api',
      '/healthz',
    ]
    for (const path of paths) expect(await (await fetch(url + path)).text()).toBe(`the host answers ${path}`)
    for (const path of ['/api/v1/nothing', '/docs/api', '/healthz', '/metrics', '/chat/rooms', '/nothing']) {
      expect((await ask('sid=1', 'GET', path)).status).toBe(404)
    }
  })

  test('refuses clients of other vocabularies, unless the host names those', async () => {
    const foreign = () => {
      const options = {
        path: '/parley/socket.io',
        auth: { token: 'any' },
        extraHeaders: { cookie: 'sid=1' },
        forceNew: true,
      }
      return io(url, options)
    }
    const refused = foreign()
    const error = await new Promise<Error>((resolve) => refused.once('connect_error', resolve))
    expect(error.message).toBe('Not served here')
    refused.close()

    await dismount()
    await mount({ dialects: ['rooms'] })
    for (const path of ['/chat/rooms', '/chat/rooms?page=1', '/chat/dm/2']) {
      expect((await ask('sid=1', 'GET', path)).headers.get('content-type')).toContain('json')
    }
    const socket = foreign()
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    socket.close()
  })

  test('does not start with an unknown dialect', async () => {
    await dismount()
    await expect(mount({ dialects: ['klingon'] })).rejects.toThrow('There is no dialect klingon')
    await mount()
  })

  test('can be closed while the host goes on', async () => {
    const bo = await connect('sid=2')
    const gone = new Promise((resolve) => bo.once('disconnect', resolve))
    await parley.close()
    await gone
    const path = '/parley/api/v1/users/me'
    expect(await (await fetch(url + path)).text()).toBe(`the host answers ${path}`)
  })
})

describe('with users who are known by a cookie', () => {
  afterEach(() => {
    browsersCookie = ''
  })

  test('the SDK needs no token', async () => {
    browsersCookie = 'sid=1'
    const chat = createChat({ url: place })
    await chat.connect()
    expect(chat.store.getState().me).toMatchObject({ id: '1', username: 'ana' })
    const { id } = await chat.conversations.create({ name: 'Kitchen' })
    expect(await chat.messages.send(id, 'Hello').settled).toMatchObject({ seq: 1, senderId: '1' })
    await chat.close()
  })

  test('the SDK is refused as unauthenticated with an unknown cookie', async () => {
    browsersCookie = 'sid=3'
    const chat = createChat({ url: place })
    await expect(chat.connect()).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(chat.store.getState().status).toBe('closed')
    await chat.close()
  })

  const elsewhere = { origin: 'https://evil.example', 'content-type': 'text/plain' }

  test('a page of another site cannot act as its visitor', async () => {
    expect((await ask('sid=1', 'POST', '/api/v1/conversations', { name: 'Theirs' }, elsewhere)).status).toBe(401)
    const { data } = await (await ask('sid=1', 'GET', '/api/v1/conversations')).json()
    expect(data.summaries).toEqual([])
  })

  test('a page of the same site can', async () => {
    expect((await ask('sid=1', 'POST', '/api/v1/conversations', { name: 'Mine' }, { origin: url })).status).toBe(201)
  })
})
