import type { Message } from '@parley/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Delivery } from '../../core/delivery.ts'
import { rooms } from '../../dialects/rooms/rooms.ts'
import { type BareClient, type BareServer, startBareServer } from '../../testing/bare-server.ts'
import { createForeignGate, type ForeignGate } from './foreign-gate.ts'
import { createForeignHearing, type ForeignHearing } from './foreign-hearing.ts'
import { holdingRoom, replayedRoom } from './foreign-rooms.ts'

let server: BareServer
let client: BareClient
let hearing: ForeignHearing
let gate: ForeignGate
let written: [string, number][]
beforeEach(async () => {
  server = await startBareServer()
  client = await server.dial()
  hearing = createForeignHearing(client.socket, [rooms])
  hearing.hear(['room'])
  written = []
  const note = (conversationId: string, seq: number) => void written.push([conversationId, seq])
  gate = createForeignGate(client.socket, {
    userId: 'bo',
    hearing,
    lent: { addressOf: (id) => id, fileLinks: false },
    written: note,
  })
})
afterEach(() => server.close())

const messageOf = (seq: number, senderId: string): Message => ({
  id: `m${seq}`,
  conversationId: 'room',
  seq,
  rev: seq,
  senderId,
  type: 'text',
  body: { kind: 'plain', text: `said ${seq}` },
  createdAt: 0,
  editedAt: null,
  deletedAt: null,
})

const created = (...messages: Message[]): Delivery => ({
  name: 'message.created',
  payload: { conversationId: 'room', rev: messages.at(-1)?.rev ?? 0, messages, users: [] },
  audience: {
    channels: [{ kind: 'conversation', id: 'room' }],
    membershipRev: 1,
    about: { kind: 'room', directUserIds: [] },
  },
})

const said = (seq: number, senderId = 'ana') => gate.take(created(messageOf(seq, senderId)), rooms)

/** The texts of all messages that came. */
const heard = async () => {
  client.socket.emit('last')
  const isLast = () => client.packets.some((packet) => String(packet).includes('"last"'))
  for (let packets = 1; !isLast(); packets += 1) await client.count(packets)
  return client.packets.flatMap((packet) => String(packet).match(/said \d+/)?.[0] ?? [])
}

test('events wait until the gate opens, and then pass in their order', async () => {
  said(1)
  said(2)
  expect(client.socket.rooms.has(holdingRoom)).toBe(true)
  expect(written).toEqual([])
  gate.open()
  expect(client.socket.rooms.has(holdingRoom)).toBe(false)
  said(3)
  expect(await heard()).toEqual(['said 1', 'said 2', 'said 3'])
  expect(written.at(-1)).toEqual(['room', 3])
})

test('a message of others that was replayed does not pass again, whether it waited or comes later', async () => {
  said(1)
  gate.replayed('room', 2)
  gate.open()
  said(2)
  gate.take(created(messageOf(2, 'ana'), messageOf(3, 'ana')), rooms)
  expect(await heard()).toEqual(['said 3'])
  expect(client.socket.rooms.has(replayedRoom('room'))).toBe(false)
})

test('messages of the user are not replayed, so they pass', async () => {
  gate.replayed('room', 2)
  said(1, 'bo')
  gate.open()
  said(2, 'bo')
  expect(await heard()).toEqual(['said 1', 'said 2'])
  expect(written).toEqual([])
})

test('events that waited do not pass if their conversation is not heard any more, or their vocabulary not spoken any more', async () => {
  said(1)
  hearing.stopHearing('room')
  gate.open()
  expect(await heard()).toEqual([])
  hearing.hear(['room'])
  gate.take(created(messageOf(2, 'ana')), { ...rooms, name: 'other' })
  expect(await heard()).toEqual([])
})

test('a client for which too many events wait is closed, so that it connects again', async () => {
  for (let seq = 1; seq <= 5_001; seq += 1) said(seq)
  await client.count(Number.POSITIVE_INFINITY)
  expect(client.websocket.readyState).toBe(client.websocket.CLOSED)
})
