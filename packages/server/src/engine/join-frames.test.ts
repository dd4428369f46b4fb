import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { OutgoingPacket } from './connection.ts'
import { createJoin, frameOf } from './join-frames.ts'

const acceptOf = (key = '') => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')

/** What a websocket makes of these bytes, from a server that says nothing else. */
async function received(bytes: Buffer | undefined): Promise<string[]> {
  const server = createServer().on('upgrade', ({ headers }, tcp) => {
    const accept = `Sec-WebSocket-Accept: ${acceptOf(headers['sec-websocket-key'])}`
    tcp.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${accept}\r\n\r\n`)
    tcp.end(bytes)
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

test('frames of every length and kind arrive as they were said', async () => {
  const packets = texts.flatMap((text) => [answer(text), broadcast('to all')])
  expect(await received(createJoin().join(packets))).toEqual(texts.flatMap((text) => [`4${text}`, '4to all']))
})

test('an event for a room is framed as one text', async () => {
  for (const text of texts) expect(await received(frameOf('2/v1,', text))).toEqual([`42/v1,${text}`])
})

test('the same packets are put together once, until they are forgotten', () => {
  const { join, forget } = createJoin()
  const packets = [broadcast('one'), broadcast('two')]
  const first = join(packets)
  expect(join([...packets])).toBe(first)
  forget()
  expect(join(packets)).not.toBe(first)
})

test('packets that look alike are not taken for each other', async () => {
  const { join } = createJoin()
  const options = {}
  const say = (data: string) => join([{ type: 'message', data, options }])
  say('one')
  expect(await received(say('two'))).toEqual(['4two'])
})

test('what it does not know is left to others', () => {
  const { join } = createJoin()
  expect(join([answer('one'), { type: 'ping', options: {} }])).toBeUndefined()
  expect(join([{ type: 'message', data: Buffer.from('bytes'), options: {} }])).toBeUndefined()
})
