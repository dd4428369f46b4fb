import { setImmediate as turn } from 'node:timers/promises'
import type { Socket } from 'socket.io'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BareClient, type BareServer, startBareServer } from '../testing/bare-server.ts'
import { createBroadcast, takeEvents } from './packets.ts'

let server: BareServer
beforeEach(async () => {
  server = await startBareServer()
})
afterEach(() => server.close())

/** Another version of Socket.IO, which calls the member by another name. */
function rename(socket: Socket): void {
  const renamed = socket as unknown as { onevent?: (packet: unknown) => void; _onpacket(packet: unknown): void }
  const own = renamed.onevent?.bind(socket)
  renamed.onevent = undefined
  renamed._onpacket = (packet) => own?.(packet)
}

describe.each([
  ['through the method of Socket.IO that delivers events', (_: Socket) => {}, []],
  ['through a catch-all listener, because a member of Socket.IO is missing', rename, ['socket.onevent']],
])('%s', (_, change, members) => {
  let client: BareClient
  let taken: unknown[]
  let missing: string[]
  beforeEach(async () => {
    client = await server.dial()
    taken = []
    missing = []
    change(client.socket)
    takeEvents(
      client.socket,
      (name, input, answer) => {
        taken.push([name, input, answer !== undefined])
        answer?.({ ok: true })
      },
      (names) => void missing.push(...names),
    )
  })

  test('events are passed on with their input, and answered if the client expects an answer', async () => {
    for (const frame of ['42["one",{"a":1}]', '427["two"]', '428["three",null]', '42[5,{}]'])
      client.websocket.send(frame)
    client.websocket.send('429["last"]')
    await client.count(3)
    expect(taken).toEqual([
      ['one', { a: 1 }, false],
      ['two', undefined, true],
      ['three', null, true],
      ['5', {}, false],
      ['last', undefined, true],
    ])
    const answers = client.packets.map((packet) => String(packet).replace('/,', ''))
    expect(answers).toEqual(['37[{"ok":true}]', '38[{"ok":true}]', '39[{"ok":true}]'])
    expect(missing).toEqual(members)
  })

  test('no event is passed on after the socket is disconnected', async () => {
    const { socket, websocket } = client
    websocket.send('42["before"]')
    await expect.poll(() => taken.length).toBe(1)
    socket.conn.once('packet', () => process.nextTick(() => socket.disconnect()))
    const came = new Promise<void>((resolve) => socket.conn.once('packet', () => resolve()))
    websocket.send('42["after"]')
    await came
    await turn()
    await turn()
    expect(taken).toEqual([['before', undefined, false]])
  })
})

describe.each([
  ['one frame', false],
  ['a packet of Socket.IO, because a member of Engine.IO is missing', true],
])('an answer whose data is written already is sent as %s', (_, isPlain) => {
  test('with its reply, however long it is', async () => {
    const other = await startBareServer({ isPlain })
    const client = await other.dial()
    const data = { texts: ['é', 'x'.repeat(100), '€'.repeat(30_000)] }
    takeEvents(
      client.socket,
      (name, _input, answer) =>
        answer?.({ ok: true, data }, name === 'whole' ? undefined : ['{"texts":', JSON.stringify(data.texts), '}']),
      () => {},
    )
    for (const frame of ['421["pieces"]', '422["whole"]', '423["pieces"]']) client.websocket.send(frame)
    await client.count(3)
    const answers = client.packets.map((packet) => String(packet).replace('/,', ''))
    expect(answers).toEqual([1, 2, 3].map((id) => `3${id}[${JSON.stringify({ ok: true, data })}]`))
    other.close()
  })
})

describe('an event for a room', () => {
  test('reaches those who are in the room at that moment, except those in an excluded room', async () => {
    const clients = [await server.dial(), await server.dial(), await server.dial()]
    const [one, other, third] = clients.map(({ socket }) => socket)
    const broadcast = createBroadcast(server.io.of('/'))
    const say = (text: string, except: string[] = []) => broadcast('room', ['said', text], except)
    say('to nobody')
    one?.join('room')
    say('one')
    other?.join('room')
    say('one and other')
    one?.leave('room')
    say('other')
    one?.join('room')
    third?.join(['room', 'apart'])
    say('one and other', ['apart'])
    other?.disconnect(true)
    say('one and third')
    await Promise.all(clients.map(({ socket }) => socket.connected && socket.emit('last')))
    const texts = async ({ packets, count }: BareClient, last: number) => {
      await count(last)
      return packets.map((packet) => JSON.parse(String(packet).replace(/^[^[]*/, ''))[1]).filter(Boolean)
    }
    expect(await texts(clients[0] as BareClient, 5)).toEqual(['one', 'one and other', 'one and other', 'one and third'])
    expect(await texts(clients[2] as BareClient, 2)).toEqual(['one and third'])
  })

  test('or for several rooms reaches each member once', async () => {
    const clients = [await server.dial(), await server.dial(), await server.dial()]
    const broadcast = createBroadcast(server.io.of('/'))
    clients[0]?.socket.join(['one', 'other'])
    clients[1]?.socket.join('other')
    clients[2]?.socket.join(['one', 'apart'])
    broadcast(['one', 'other', 'empty'], ['said', 'once'], ['apart'])
    for (const { socket } of clients) socket.emit('last')
    const counts = clients.map(({ count }, at) => count(at === 2 ? 1 : 2))
    await Promise.all(counts)
    expect(clients.map(({ packets }) => packets.length)).toEqual([2, 2, 1])
  })
})
