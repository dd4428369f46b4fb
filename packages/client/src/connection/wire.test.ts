import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type WebSocket as Peer, WebSocketServer } from 'ws'
import type { Packet } from './packets.ts'
import { Wire } from './wire.ts'

/** A wire, the server's end of it, and the packets that each of them received. */
async function wireToServer(hear = () => {}) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  const peer = new Promise<Peer>((resolve) => server.once('connection', resolve))
  await new Promise((resolve) => server.once('listening', resolve))
  const heard: Packet[] = []
  const wire = new Wire(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, (packet) => {
    heard.push(packet)
    hear()
  })
  onTestFinished(() => {
    wire.close()
    server.close()
  })
  const taken: string[] = []
  const end = await peer
  end.on('message', (data) => taken.push(String(data)))
  return { wire, heard, taken, peer: end }
}

const opened = (silenceMs: number) => `0{"pingInterval":${silenceMs},"pingTimeout":0}`

test('pings are answered, packets are heard in their order, and the end has its reason', async () => {
  const { wire, heard, taken, peer } = await wireToServer()
  for (const packet of [opened(60_000), '2', '42/v1,["a",1]', '2', '42/v1,["b",2]']) peer.send(packet)
  await expect.poll(() => taken).toEqual(['3', '3'])
  await expect.poll(() => heard.map(({ kind }) => kind)).toEqual(['open', 'event', 'event'])
  peer.close()
  expect(await wire.ended).toBe('transport close')
  expect(wire.isOver).toBe(true)
  expect(() => wire.send('2')).not.toThrow()
})

test('a server that is silent for longer than it said is not there any more', async () => {
  const { wire, peer } = await wireToServer()
  peer.send(opened(20))
  expect(await wire.ended).toBe('ping timeout')
})

test('a page that was suspended and missed the pings does not trust its line', async () => {
  const { wire, heard, taken, peer } = await wireToServer()
  peer.send(opened(60_000))
  await expect.poll(() => heard.length).toBe(1)
  // Only the date advances, as for a suspended page, whose timers are late.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
  onTestFinished(() => void vi.useRealTimers())
  wire.send('42/v1,1["message.send",{}]')
  expect(await wire.ended).toBe('ping timeout')
  expect(taken).toEqual([])
})

test('a clock that is set back does not hide a silence', async () => {
  const now = Date.now
  const { wire, peer } = await wireToServer(() => vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000))
  peer.send(opened(20))
  expect(await wire.ended).toBe('ping timeout')
})

test.each([
  ['1', 'server disconnect'],
  ['41/v1,', 'server disconnect'],
  ['42/v1,{', 'parse error'],
])('%j ends it, and nothing is heard after it', async (packet, reason) => {
  const { wire, heard, peer } = await wireToServer()
  peer.send(packet)
  peer.send('42/v1,["late",1]')
  expect(await wire.ended).toBe(reason)
  expect(heard).toEqual([])
})

test('who closes it says so first', async () => {
  const { wire, heard, taken, peer } = await wireToServer()
  peer.send(opened(60_000))
  await expect.poll(() => heard.length).toBe(1)
  const closed = new Promise((resolve) => peer.once('close', resolve))
  wire.close()
  await closed
  expect(taken).toEqual(['41/v1,'])
  expect(await wire.ended).toBe('client disconnect')
})

test('where nobody listens it ends at once', async () => {
  expect(await new Wire('ws://127.0.0.1:1', () => {}).ended).toBe('websocket error')
})
