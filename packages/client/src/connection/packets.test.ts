import { Decoder, Encoder, PacketType, type Packet as SocketIoPacket } from 'socket.io-parser'
import { expect, test } from 'vitest'
import { enterPacket, eventPacket, leavePacket, readPacket } from './packets.ts'

/** A packet of Socket.IO in a message of Engine.IO. */
const written = (packet: Omit<SocketIoPacket, 'nsp'>) =>
  readPacket(`4${new Encoder().encode({ nsp: '/v1', ...packet } as SocketIoPacket)[0]}`)

test('what Socket.IO writes is read', () => {
  const payload = { text: '1,2[3]' }
  expect(written({ type: PacketType.CONNECT, data: { sid: 'a' } })).toEqual({ kind: 'entered' })
  expect(written({ type: PacketType.EVENT, data: ['message.created', payload] })).toEqual({
    kind: 'event',
    name: 'message.created',
    payload,
  })
  expect(written({ type: PacketType.EVENT, data: ['message.created', payload], id: 7 })).toMatchObject({ payload })
  expect(written({ type: PacketType.ACK, data: [{ ok: true }], id: 120 })).toEqual({
    kind: 'answer',
    id: 120,
    answer: { ok: true },
  })
  const refusal = { message: 'no', data: { code: 'unauthenticated' } }
  expect(written({ type: PacketType.CONNECT_ERROR, data: refusal })).toEqual({ kind: 'refused', error: refusal })
  expect(written({ type: PacketType.DISCONNECT, data: undefined })).toEqual({ kind: 'ended' })
})

test('what is written, Socket.IO reads', () => {
  const read: SocketIoPacket[] = []
  const decoder = new Decoder()
  decoder.on('decoded', (packet) => read.push(packet))
  const input = { text: 'Ünïcode, "quoted" \u2028', missing: undefined }
  for (const packet of [enterPacket({ token: 't' }), eventPacket(3, 'message.send', input), leavePacket]) {
    decoder.add(packet.slice(1))
  }
  expect(read).toMatchObject([
    { type: PacketType.CONNECT, nsp: '/v1', data: { token: 't' } },
    { type: PacketType.EVENT, nsp: '/v1', id: 3, data: ['message.send', { text: input.text }] },
    { type: PacketType.DISCONNECT, nsp: '/v1' },
  ])
})

test('Engine.IO’s own packets are known, and what belongs to nobody is passed over', () => {
  expect(readPacket('0{"sid":"a","pingInterval":300,"pingTimeout":200,"upgrades":[]}')).toEqual({
    kind: 'open',
    silenceMs: 500,
  })
  expect(readPacket('2')).toEqual({ kind: 'ping' })
  expect(readPacket('1')).toEqual({ kind: 'ended' })
  for (const text of ['', '6', '40{"sid":"a"}', '42["x"]', '45/v1,1-["x"]', 'bAAAA']) {
    expect(readPacket(text)).toEqual({ kind: 'other' })
  }
})

test.each([
  '0',
  '0nothing',
  '0{}',
  '0{"pingInterval":"a","pingTimeout":1}',
  '42/v1,',
  '42/v1,{',
  '43/v1,1',
  '44/v1,{"message":',
])('%j is no packet', (text) => {
  expect(() => readPacket(text)).toThrow()
})
