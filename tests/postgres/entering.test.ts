import { startTestServer, type TestServer } from '@parley/server/testing'
import { arriveAll, enter, newId, openRoom, type Person, plain, settled } from '@parley/server/testing/people'
import { topology } from '@parley/server/testing/topology'
import pg from 'pg'
import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/*
 * B9: a socket that ends before it is fully connected. The tests lock a table that the server reads in that time,
 * so that it stops at a known point.
 */

let server: TestServer
let client: pg.Client
let ana: Person
let eve: Person
let room: string
const open = new Set<Socket>()
beforeEach(async () => {
  server = await startTestServer({ sharedDatabase: true, timing: { presenceGraceMs: 1_000 } })
  const { databaseUrl } = await topology().optionsFor(server.dataDir)
  client = new pg.Client(databaseUrl)
  await client.connect()
  ;[ana, eve] = await arriveAll(server, 'ana', 'eve')
  room = await openRoom(ana, [eve])
  await settled(ana, eve)
})
afterEach(async () => {
  for (const socket of open) socket.disconnect()
  open.clear()
  await client.end()
  await server.close()
})

const signIn = async () => {
  const body = { username: eve.user.username, password: `password of ${eve.user.username}` }
  const reply = (await (await server.rest('POST', '/sessions', { body })).json()) as { data: Person['signedIn'] }
  return reply.data
}

const lock = (table: string) => client.query(`begin; lock table ${table} in access exclusive mode`)

/** Resolves when a query waits for the lock. */
const untilWaiting = (table: string) => {
  const waiting = `select count(*)::int as count from pg_locks where not granted and relation = '${table}'::regclass`
  return expect.poll(async () => (await client.query(waiting)).rows[0].count).toBe(1)
}

const dial = (namespace: '/v1' | '/', token: string) => {
  const socket = io(`${server.url}${namespace}`, {
    auth: { token, protocol: 1 },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  open.add(socket)
  return socket
}

const ended = (socket: Socket) => new Promise<void>((resolve) => void socket.once('disconnect', () => resolve()))

const connections = async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const counts = text.matchAll(/^parley_connections\{.*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

/** Sends a message to the room, in the vocabulary of the namespace. */
const send = (socket: Socket, namespace: '/v1' | '/') => {
  if (namespace === '/') socket.emit('message:send', { roomId: room, content: 'Hello' })
  else socket.emit('message.send', { conversationId: room, id: newId(), body: plain('Hello') })
}

const texts = async () => {
  // Requests that were sent before these have been run by then.
  for (let trip = 0; trip < 5; trip++) await eve.ask('typing.set', { conversationId: room, isTyping: trip % 2 === 0 })
  for (let trip = 0; trip < 3; trip++) await eve.ask('receipt.read', { conversationId: room, seq: 1 })
  const { messages } = await ana.ask('message.page', { conversationId: room })
  return messages.map(({ body }) => body?.kind === 'plain' && body.text)
}

describe.each(['/v1', '/'] as const)('B9: on %s, a request that a socket sends while it connects', (namespace) => {
  /** Connects, and sends a message before the server has admitted the socket. */
  const sendEarly = async (token: string) => {
    await lock('memberships')
    const socket = dial(namespace, token)
    await untilWaiting('memberships')
    send(socket, namespace)
    // Once these are answered, the server has also read the message above.
    for (let trip = 0; trip < 2; trip++) await ana.ask('user.me', {})
    return socket
  }

  test('is run once the socket is connected', async () => {
    await sendEarly((await signIn()).accessToken)
    await client.query('rollback')
    await expect.poll(texts).toEqual(['Hello'])
  })

  test('is not run if the session was revoked meanwhile', async () => {
    const { accessToken, sessionId } = await signIn()
    const socket = await sendEarly(accessToken)
    const revoked = await server.rest('DELETE', `/sessions/${sessionId}`, { token: eve.signedIn.accessToken })
    expect(revoked.status).toBe(200)
    await client.query('rollback')
    if (socket.connected) await ended(socket)
    expect(await texts()).toEqual([])
  })

  test('is not run if the socket has disconnected meanwhile', async () => {
    const { accessToken } = await signIn()
    const before = await connections()
    const socket = await sendEarly(accessToken)
    await expect.poll(connections).toBe(before + 1)
    socket.disconnect()
    await expect.poll(connections).toBe(before)
    await client.query('rollback')
    expect(await texts()).toEqual([])
  })
})

describe.each(['/v1', '/'] as const)('B9: on %s, a session that is revoked right after its check', (namespace) => {
  test('never makes its user appear online', async () => {
    const signedIn = await signIn()
    eve.close()
    await ana.ask('presence.watch', { userIds: [eve.id] })
    await ana.heard('presence.updated', ({ status }) => status === 'offline')
    const seen = async () => (await ana.ask('presence.watch', { userIds: [eve.id] })).presences[0]?.lastSeenAt
    await expect.poll(seen).toEqual(expect.any(Number))
    await lock('users')
    await client.query('update sessions set revoked_at = 1 where id = $1', [signedIn.sessionId])
    const socket = dial(namespace, signedIn.accessToken)
    // By then, the server has found the session open, and reads its user.
    await untilWaiting('users')
    await client.query('commit')
    await ended(socket)
    await settled(ana)
    expect((await ana.ask('presence.watch', { userIds: [eve.id] })).presences).toMatchObject([{ status: 'offline' }])
    expect(ana.all('presence.updated').map(({ status }) => status)).toEqual(['offline'])
    eve = await enter(server, await signIn())
    await ana.heard('presence.updated', ({ status }) => status === 'online')
  })
})
