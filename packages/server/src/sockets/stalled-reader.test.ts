import type { Socket } from 'node:net'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { patience } from '../testing/patience.ts'
import { arriveAll, newId, openRoom, type Person, say, settled } from '../testing/people.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

const mebibyte = 1024 * 1024
// More than the network between two sockets of one machine ever holds.
const mostSent = 2_000
// The bound for a foreign client: twice the last mark, since as much may wait as is under way, plus what one turn adds.
const mostUnsent = 17 * mebibyte
// The bound for a native client, which can sync, plus what one turn adds.
const mostEvents = 1.5 * mebibyte
const body = { kind: 'plain', text: '語'.repeat(4_000) } as const

interface Line {
  msg: string
  bytes?: number
}

let server: TestServer
let ana: Person
let bo: Person
let eve: Person
let room: string
let sent = 0
let log: Line[] = []
const open = new Set<WebSocket>()

async function begin(stallMs: number): Promise<void> {
  log = []
  sent = 0
  const write = (line: string) => void log.push(JSON.parse(line))
  server = await startTestServer({ timing: { stallMs }, log: pino({ level: 'debug' }, { write }) })
  ;[ana, bo, eve] = await arriveAll(server, 'ana', 'bo', 'eve')
  room = await openRoom(ana, [bo, eve])
}

beforeEach(() => begin(1_000))
afterEach(async () => {
  for (const socket of open) socket.terminate()
  open.clear()
  await server.close()
})

const logged = (text: string) => log.find(({ msg }) => msg.includes(text))

interface Raw {
  socket: WebSocket
  frames: string[]
  closed: Promise<void>
}

/** A second device of Eve's, bare, so that it can stop reading. */
async function dial(namespace: '/v1,' | ''): Promise<Raw> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  open.add(socket)
  socket.on('error', () => {})
  const frames: string[] = []
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  await new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const frame = String(data)
      if (frame === '2') socket.send('3')
      else if (frame.startsWith('0')) socket.send(`40${namespace}{"token":"${eve.signedIn.accessToken}","protocol":1}`)
      else frames.push(frame)
      if (frame.startsWith(`40${namespace}`)) socket.send(`42${namespace}7["user.me",{}]`)
      // A client that has had an answer hears everything from then on; a foreign client’s first event is not answered.
      if (frame.startsWith('43') || (namespace === '' && frame.startsWith('40'))) resolve()
    })
  })
  return { socket, frames, closed }
}

async function sendSome(): Promise<void> {
  const sends = Array.from({ length: 10 }, () => ana.ask('message.send', { conversationId: room, id: newId(), body }))
  await Promise.all(sends)
  sent += sends.length
  // This client answers pings although it does not read, so that the time for a pong does not decide on a busy machine.
  for (const socket of open) socket.send('3')
}

/** Ana sends messages until the condition is true. */
async function sendUntil(isSo: () => unknown): Promise<void> {
  while (!isSo() && sent < mostSent) await sendSome()
  expect(isSo()).toBeTruthy()
}

const seqsOf = (person: Person) =>
  person.all('message.created').flatMap(({ messages }) => messages?.map(({ seq }) => seq) ?? [])
const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1)

describe('a client that stops reading', () => {
  test('gets no more events from a bound on and is cut off later, while all others get everything', async () => {
    const raw = await dial('/v1,')
    raw.socket.pause()
    await sendUntil(() => logged('told to sync'))
    for (let more = 0; more < 30; more++) await sendSome()
    await expect.poll(() => logged('does not read')).toBeDefined()
    expect(logged('does not read')?.bytes).toBeLessThan(mostEvents)
    await settled(bo, eve)
    expect(seqsOf(bo)).toEqual(upTo(sent))
    expect(seqsOf(eve)).toEqual(upTo(sent))
    raw.socket.resume()
    await raw.closed
    expect(raw.frames.length).toBeLessThan(sent)
  })

  test('is cut off at the same bound as a foreign client', async () => {
    const raw = await dial('')
    raw.socket.pause()
    await sendUntil(() => logged('does not read'))
    expect(logged('does not read')?.bytes).toBeLessThan(mostUnsent)
    raw.socket.resume()
    await raw.closed
  })

  test('and reads again after it had got no more events is told to sync, and gets events again', async () => {
    await server.close()
    // However long this takes, it is not cut off.
    await begin(patience.testMs)
    const raw = await dial('/v1,')
    raw.socket.pause()
    await sendUntil(() => logged('told to sync'))
    for (let more = 0; more < 10; more++) await sendSome()
    raw.socket.resume()
    const place = (text: string) => raw.frames.findLastIndex((frame) => frame.includes(text))
    await expect.poll(() => place('sync.hinted')).toBeGreaterThan(0)
    const created = raw.frames.filter((frame) => frame.includes('message.created')).length
    expect(created).toBeLessThan(sent)
    await say(bo, room, 'after the hint')
    await expect.poll(() => place('after the hint')).toBeGreaterThan(place('sync.hinted'))
    expect(logged('does not read')).toBeUndefined()
  })

  test('below the bound loses ephemeral events, and no durable ones', async () => {
    const raw = await dial('/v1,')
    const type = (isTyping: boolean) => ana.ask('typing.set', { conversationId: room, isTyping })
    const typings = () => raw.frames.filter((frame) => frame.includes('typing.updated')).length
    const heard = (text: string) => expect.poll(() => raw.frames.some((frame) => frame.includes(text))).toBe(true)
    await type(true)
    await heard('typing.updated')
    raw.socket.pause()
    await sendUntil(() => logged('lags'))
    await type(false)
    await type(true)
    await say(bo, room, 'the last of them')
    const before = bo.all('typing.updated').length
    expect(before).toBeGreaterThan(2)
    expect(logged('does not read')).toBeUndefined()
    raw.socket.resume()
    await heard('the last of them')
    // Ana's first message ended her typing while the socket could still take it.
    expect(typings()).toBeLessThanOrEqual(2)
    const created = raw.frames.filter((frame) => frame.includes('message.created'))
    expect(created).toHaveLength(sent + 1)
    // It keeps up again: its operations run, and it gets events as before.
    await type(false)
    await expect.poll(typings).toBeGreaterThan(2)
    raw.socket.send('42/v1,8["user.me",{}]')
    await heard('43/v1,8')
  })
})

const askForPages = async (raw: Raw, pages: number, first: readonly string[] = []) => {
  const asked = upTo(pages).map((i) => `42/v1,${i + 9}["message.page",{"conversationId":"${room}","limit":100}]`)
  const { _socket: tcp } = raw.socket as unknown as { _socket: Socket }
  tcp.cork()
  for (const frame of [...first, ...asked]) raw.socket.send(frame)
  tcp.uncork()
}

const fillPage = () =>
  Promise.all(upTo(100).map(() => ana.ask('message.send', { conversationId: room, id: newId(), body })))

test('F1: a client that requests 100 pages of 1.2 MB together, and reads, gets each', async () => {
  await server.close()
  // However slow this process is, it reads.
  await begin(patience.testMs)
  await fillPage()
  const raw = await dial('/v1,')
  await askForPages(raw, 100)
  for (const i of upTo(100)) {
    const answer = `43/v1,${i + 9}[{"ok":true`
    await expect.poll(() => raw.frames.some((frame) => frame.startsWith(answer))).toBe(true)
  }
  expect(logged('does not read')).toBeUndefined()
})

test.each([
  ['many requests', []],
  ['a small request and many large ones', ['42/v1,9["nonsense",{}]']],
])('a device that sends %s and reads no answers is closed after a time, with few answers waiting', async (_, first) => {
  await fillPage()
  const raw = await dial('/v1,')
  raw.socket.pause()
  await askForPages(raw, 200, first)
  await expect.poll(() => logged('does not read')).toBeDefined()
  expect(logged('does not read')?.bytes).toBeLessThan(10 * mebibyte)
  raw.socket.resume()
  await raw.closed
  expect(raw.frames.length).toBeLessThan(200)
})

test('a foreign client that stops polling is cut off at a bound', async () => {
  const url = `${server.url}/socket.io/?EIO=4&transport=polling`
  const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1))
  const session = `${url}&sid=${sid}`
  await fetch(session, { method: 'POST', body: `40{"token":"${eve.signedIn.accessToken}"}` })
  expect(await (await fetch(session)).text()).toMatch(/^40/)
  await sendUntil(() => logged('does not read'))
  expect(sent).toBeLessThan(mostSent / 2)
  expect(logged('does not read')?.bytes).toBeLessThan(mostUnsent)
  expect((await fetch(session)).status).toBe(400)
  await settled(bo)
  expect(seqsOf(bo)).toEqual(upTo(sent))
})
