import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { OutgoingPacket } from './connection.ts'
import { JoinedFrames } from './cork.ts'
import { frameOf } from './packets.ts'

const acceptOf = (key = '') => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')

/** What a websocket makes of these bytes, from a server that says nothing else. */
async function received(frames: readonly Buffer[] | undefined): Promise<string[]> {
  const server = createServer().on('upgrade', ({ headers }, tcp) => {
    const accept = `Sec-WebSocket-Accept: ${acceptOf(headers['sec-websocket-key'])}`
    tcp.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${accept}\r\n\r\n`)
    tcp.end(Buffer.concat(frames ?? []))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const texts: string[] = []
  socket.on('message', (data) => texts.push(String(data)))
  await new Promise((resolve) => socket.on('close', resolve))
  server.close()
  return texts
}

const answer = (data: string): OutgoingPacket => ({ type: 'message', data, options: {} })

/** As Socket.IO's adapter gives it to all sockets of a room. */
const broadcast = (data: string): OutgoingPacket => {
  const payload = Buffer.from(`4${data}`)
  return { type: 'message', data, options: { wsPreEncodedFrame: [Buffer.from([0x81, payload.length]), payload] } }
}

const sizes = [0, 1, 124, 125, 126, 65_534, 65_535, 70_000]
const texts = ['2["Grüße an Élise 🎉"]', ...sizes.map((size) => 'x'.repeat(size))]

test('frames of every length and kind arrive unchanged', async () => {
  const packets = texts.flatMap((text) => [answer(text), broadcast('to all')])
  expect(await received(new JoinedFrames().of(packets))).toEqual(texts.flatMap((text) => [`4${text}`, '4to all']))
})

test('an event for a room is framed as one text', async () => {
  for (const text of texts) expect(await received([frameOf('2/v1,', text)])).toEqual([`42/v1,${text}`])
})

test('the frames of the same packets are built once and reused until they are forgotten', () => {
  const joined = new JoinedFrames()
  const packets = [broadcast('one'), broadcast('two')]
  const [first] = joined.of(packets) ?? []
  expect(joined.of([...packets])).toEqual([first])
  expect(joined.of([...packets])?.[0]).toBe(first)
  joined.forget()
  expect(joined.of(packets)?.[0]).not.toBe(first)
})

test('packets that begin with known ones reuse their frames and add their own', async () => {
  const joined = new JoinedFrames()
  const packets = [broadcast('one'), broadcast('two')]
  const [first] = joined.of(packets) ?? []
  const longer = joined.of([...packets, answer('mine')])
  expect(longer?.[0]).toBe(first)
  expect(await received(longer)).toEqual(['4one', '4two', '4mine'])
  expect(await received(joined.of([answer('mine'), ...packets]))).toEqual(['4mine', '4one', '4two'])
})

test('packets with different texts are never confused', async () => {
  const joined = new JoinedFrames()
  const options = {}
  const say = (data: string) => joined.of([{ type: 'message', data, options }])
  say('one')
  expect(await received(say('two'))).toEqual(['4two'])
})

test('packets of other kinds are left to Engine.IO', () => {
  const joined = new JoinedFrames()
  expect(joined.of([answer('one'), { type: 'ping', options: {} }])).toBeUndefined()
  expect(joined.of([{ type: 'message', data: Buffer.from('bytes'), options: {} }])).toBeUndefined()
  const packets = [broadcast('one'), broadcast('two')]
  joined.of(packets)
  expect(joined.of([...packets, { type: 'ping', options: {} }])).toBeUndefined()
})
