import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import type { ServerOptions } from 'socket.io'
import { afterEach, describe, expect, test } from 'vitest'
import { type BareServer, internalsOf, startBareServer } from '../testing/bare-server.ts'
import { createBroadcast } from './packets.ts'

const servers: BareServer[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const start = async (options?: Partial<ServerOptions> & { isPlain?: boolean; stallMs?: number }) => {
  const server = await startBareServer(options)
  servers.push(server)
  return server
}
const upTo = (n: number) => Array.from({ length: n }, (_, index) => index)

describe.each([
  ['with the overrides', { isPlain: false }],
  ['without the overrides, because a member of Engine.IO is missing', { isPlain: true }],
])('%s', (_, { isPlain }) => {
  test('packets sent in one turn arrive in order, whether to one client, to all or as an answer', async () => {
    const { io, dial, missing } = await start({ isPlain })
    const { socket, websocket, packets, count } = await dial()
    const entered = new Promise<void>((resolve) => {
      io.of('/v1').on('connection', (native) => {
        void native.join('room')
        resolve()
      })
    })
    websocket.send('40/v1,')
    await entered
    await count(1)
    packets.length = 0
    const broadcast = createBroadcast(io.of('/v1'))
    for (const i of upTo(50)) {
      socket.emit('one', i)
      io.emit('all', i, i % 10 === 0 ? 'é'.repeat(20_000) : '')
      broadcast('room', ['native', i], [])
    }
    await count(150)
    const said = packets.map((packet) => String(packet).replace(/^[^[]*/, ''))
    expect(said.map((json) => JSON.parse(json).slice(0, 2))).toEqual(
      upTo(50).flatMap((i) => [
        ['one', i],
        ['all', i],
        ['native', i],
      ]),
    )
    await dial()
    expect(missing).toEqual(isPlain ? ['transport._onSentLast'] : [])
  })

  test('F1: a client that reads receives 32 events of 64 KiB sent in one turn', async () => {
    const { dial, closed } = await start({ isPlain })
    const { socket, count } = await dial()
    for (const i of upTo(32)) socket.emit('event', i, 'x'.repeat(65_536))
    expect(await count(32)).toBe(32)
    expect(closed).toEqual([])
  })

  test('F1: a client that reads receives 80 answers of 64 KiB that it requested together', async () => {
    const { io, dial, closed } = await start({ isPlain })
    io.on('connection', (socket) => void socket.on('ask', (answer) => answer('x'.repeat(65_536))))
    const { websocket, count } = await dial()
    const { _socket: tcp } = internalsOf({ conn: { transport: { socket: websocket } } }).transport.socket
    tcp.cork()
    for (const i of upTo(80)) websocket.send(`42${i}["ask"]`)
    tcp.uncork()
    expect(await count(80)).toBe(80)
    expect(closed).toEqual([])
  })

  test('F1: a client that reads nothing for a time is closed, even below the limit of unsent bytes', async () => {
    const { dial, closed } = await start({ isPlain, stallMs: 100 })
    const { socket, websocket } = await dial()
    websocket.pause()
    const gone = once(socket, 'disconnect')
    for (const i of upTo(100)) socket.emit('event', i, 'x'.repeat(65_536))
    await gone
    expect(closed).toHaveLength(1)
    expect(closed[0]).toBeLessThan(8 * 1024 * 1024)
  })

  test('F1: time during which this process is blocked does not count against a client', async () => {
    const stallMs = 1_000
    const { dial, closed } = await start({ isPlain, stallMs })
    const { socket, websocket } = await dial()
    websocket.pause()
    const gone = once(socket, 'disconnect')
    for (const i of upTo(100)) socket.emit('event', i, 'x'.repeat(65_536))
    for (const _ of upTo(3)) {
      await turn()
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1.2 * stallMs)
    }
    await turn()
    expect(closed).toEqual([])
    await gone
    expect(closed).toHaveLength(1)
  })

  test('F1: the number of bytes waiting for a client that does not read is limited', async () => {
    const { dial, closed } = await start({ isPlain })
    const { socket, websocket } = await dial()
    websocket.pause()
    let emitted = 0
    while (socket.connected && emitted < 1_000) {
      for (const i of upTo(10)) socket.emit('event', i, 'x'.repeat(65_536))
      emitted += 10
      await turn()
    }
    expect(socket.connected).toBe(false)
    expect(closed[0]).toBeLessThan(17 * 1024 * 1024)
  })

  test('F2: the callback of a write is called once it is written, with or without options before it', async () => {
    const { dial } = await start({ isPlain })
    const { socket, packets, count } = await dial()
    const called = await Promise.all([
      new Promise((resolve) => socket.conn.send('2["one"]', ((given: unknown) => resolve(given)) as never)),
      new Promise((resolve) => socket.conn.send('2["two"]', {}, resolve)),
      new Promise((resolve) => socket.conn.write('2["three"]', ((given: unknown) => resolve(given)) as never)),
    ])
    expect(called).toEqual([socket.conn.transport, socket.conn.transport, socket.conn.transport])
    await count(3)
    expect(packets).toEqual(['2["one"]', '2["two"]', '2["three"]'])
  })

  test('F3: a volatile event is dropped only while other packets are waiting', async () => {
    const { io, dial } = await start({ isPlain })
    const { socket, packets, count } = await dial()
    await turn()
    socket.volatile.emit('first')
    socket.volatile.emit('left out')
    io.volatile.emit('left out too')
    await count(1)
    socket.emit('second')
    socket.volatile.emit('left out as well')
    await count(2)
    io.volatile.emit('third')
    await count(3)
    expect(packets).toEqual(['2["first"]', '2["second"]', '2["third"]'])
  })

  test('F3: listeners for packets of a connection or of the engine are called for each packet', async () => {
    const { io, dial } = await start({ isPlain })
    const { socket, count } = await dial()
    const seen: string[] = []
    let flushed = 0
    socket.conn.on('packetCreate', ({ type, data }) => seen.push(`${type} ${data}`))
    socket.conn.on('flush', (packets) => {
      flushed += packets.length
    })
    socket.conn.on('drain', () => seen.push('drain'))
    io.engine.on('flush', (connection: unknown) => connection === socket.conn && seen.push('engine flush'))
    io.engine.on('drain', (connection: unknown) => connection === socket.conn && seen.push('engine drain'))
    void socket.join('room')
    socket.emit('one')
    io.emit('two')
    await count(2)
    createBroadcast(io.of('/'))('room', ['three', null], [])
    await count(3)
    const three = 'message 2["three",null]'
    expect(seen).toEqual(
      expect.arrayContaining(['message 2["one"]', 'message 2["two"]', three, 'drain', 'engine flush', 'engine drain']),
    )
    expect(flushed).toBe(3)
  })

  test('F3: bytes arrive as bytes, in an event, in an answer and inside nested objects', async () => {
    const { io, dial } = await start({ isPlain })
    io.on('connection', (socket) => void socket.on('ask', (answer) => answer(Buffer.from('answer'))))
    const { socket, websocket, packets, count } = await dial()
    socket.emit('event', { deep: [Buffer.from('event')] })
    await count(2)
    websocket.send('427["ask"]')
    await count(4)
    expect(packets).toEqual([
      '51-["event",{"deep":[{"_placeholder":true,"num":0}]}]',
      Buffer.from('event'),
      '61-7[{"_placeholder":true,"num":0}]',
      Buffer.from('answer'),
    ])
  })

  test('F3: with compression on, everything arrives in order and compressed', async () => {
    const { io, dial } = await start({ isPlain, perMessageDeflate: { threshold: 0 } })
    const { socket, packets, count } = await dial({ isDeflating: true })
    const before = internalsOf(socket).transport.socket._socket.bytesWritten
    for (const i of upTo(20)) {
      socket.emit('one', i, 'x'.repeat(10_000))
      io.emit('all', i, 'x'.repeat(10_000))
    }
    await count(40)
    expect(packets.map((packet) => JSON.parse(String(packet).slice(1))[1])).toEqual(upTo(20).flatMap((i) => [i, i]))
    expect(internalsOf(socket).transport.socket._socket.bytesWritten - before).toBeLessThan(100_000)
  })

  test('a failed write ends that connection and no other', async () => {
    // No ping, whose write would fail as well, comes to its aid.
    const { io, dial } = await start({ isPlain, pingInterval: 60_000 })
    const [one, other] = [await dial(), await dial()]
    const tcp = internalsOf(one.socket).transport.socket._socket
    tcp.write = (...given: unknown[]) => {
      const written = given.at(-1)
      if (typeof written === 'function') process.nextTick(written, new Error('no'))
      return true
    }
    const gone = once(one.socket, 'disconnect')
    one.socket.emit('lost')
    expect((await gone)[0]).toBe('transport error')
    io.emit('event')
    await other.count(1)
    expect(other.packets).toEqual(['2["event"]'])
  })
})

test('all packets of one turn are sent in one write', async () => {
  const { io, dial } = await start()
  const { socket, count } = await dial()
  await turn()
  const handle = internalsOf(socket).transport.socket._socket._handle as Record<
    string,
    (...given: unknown[]) => unknown
  >
  let writes = 0
  for (const name of ['writev', 'writeBuffer', 'writeUtf8String', 'writeLatin1String', 'writeAsciiString']) {
    const own = handle[name]?.bind(handle)
    handle[name] = (...given) => {
      writes += 1
      return own?.(...given)
    }
  }
  for (const i of upTo(25)) {
    socket.emit('one', i)
    io.emit('all', i)
  }
  await count(50)
  expect(writes).toBe(1)
  socket.emit('another turn')
  await count(51)
  expect(writes).toBe(2)
})

test('F4: nothing is written after a close frame', async () => {
  const { io, dial } = await start()
  const { socket, websocket, packets, count } = await dial()
  const { socket: serverEnd } = internalsOf(socket).transport
  const gone = once(websocket, 'close')
  websocket.pause()
  serverEnd.close(1012, 'The server restarts.')
  const written = serverEnd._socket.bytesWritten
  socket.emit('late')
  io.emit('late for all')
  socket.emit('late and large', 'x'.repeat(100_000))
  socket.conn.write('2["late by hand"]', {}, () => {})
  await turn()
  await turn()
  expect(serverEnd._socket.bytesWritten).toBe(written)
  websocket.resume()
  expect((await gone)[0]).toBe(1012)
  await count(1)
  expect(packets).toEqual([])
})

test('a connection that was not passed to the overrides is left unchanged', async () => {
  const { io, dial } = await start()
  const [cork] = io.engine.listeners('connection').slice(-1)
  io.engine.off('connection', cork as () => void)
  const { socket } = await dial()
  for (const name of ['sendPacket', 'flush']) expect(Object.hasOwn(socket.conn, name)).toBe(false)
  expect(Object.hasOwn(socket.conn.transport, 'send')).toBe(false)
})
