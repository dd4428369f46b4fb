import { once } from 'node:events'
import timers from 'node:timers'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type BareClient, type BareServer, startBareServer } from '../testing/bare-server.ts'
import { takenBytes, withInternals } from './connection.ts'

const stallMs = 20_000
const pingInterval = 25_000
const pingTimeout = 20_000
const large = 'x'.repeat(65_536)

let server: BareServer | undefined
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  // From there Engine.IO takes the timers of its pings.
  vi.spyOn(timers, 'setTimeout').mockImplementation(globalThis.setTimeout)
  vi.spyOn(timers, 'clearTimeout').mockImplementation(globalThis.clearTimeout)
})
afterEach(() => {
  server?.close()
  server = undefined
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

/** A client for which so much waits that it lags, and that reads only where a test lets it. */
async function dialLagging(isPlain: boolean) {
  server = await startBareServer({ isPlain, stallMs, pingInterval, pingTimeout })
  const client = await server.dial()
  const { socket, websocket } = client
  const unsent = () => {
    const { writeBuffer, transport } = withInternals(socket.conn)
    return writeBuffer.length * large.length + (transport.socket?.bufferedAmount ?? 0)
  }
  const fill = () => {
    while (socket.connected && unsent() < 6 * 1024 * 1024) socket.emit('event', large)
  }
  websocket.pause()
  fill()
  return { ...client, closed: server.closed, unsent, fill }
}

/** Lets the client read until the network has taken something more, or everything. */
async function readSome({ socket, websocket, unsent }: BareClient & { unsent(): number }): Promise<void> {
  const taken = () => takenBytes(withInternals(socket.conn))
  const before = taken()
  websocket.resume()
  while (socket.connected && unsent() > 0 && taken() === before) await turn()
  websocket.pause()
}

describe.each([
  ['with the overrides', false],
  ['without the overrides', true],
])('%s', (_, isPlain) => {
  test('F1: a client that reads slowly is not closed, however long it takes', async () => {
    const client = await dialLagging(isPlain)
    for (let passed = 0; passed < 10 * pingTimeout; passed += 0.9 * stallMs) {
      await readSome(client)
      client.fill()
      await pass(0.9 * stallMs)
    }
    expect([client.socket.connected, client.closed]).toEqual([true, []])
  })

  test('F1: a client is not closed while it still reads bytes ahead of an unanswered ping', async () => {
    const client = await dialLagging(isPlain)
    const answered = once(client.socket.conn, 'heartbeat')
    while (client.unsent() > 0) {
      await readSome(client)
      await pass(0.9 * stallMs)
    }
    await pass(1.5 * pingTimeout)
    expect([client.socket.connected, client.closed]).toEqual([true, []])
    client.websocket.resume()
    await answered
  })

  test('F1: a client that has read everything but answers no ping is closed', async () => {
    const client = await dialLagging(isPlain)
    const gone = once(client.socket, 'disconnect')
    while (client.unsent() > 0) {
      await readSome(client)
      await pass(0.9 * stallMs)
    }
    while (client.socket.connected) await pass(pingTimeout)
    expect((await gone)[0]).toBe('ping timeout')
  })

  test('F1: a client is closed only once the network has accepted no bytes for the whole time limit', async () => {
    const client = await dialLagging(isPlain)
    await pass(0.9 * stallMs)
    expect([client.socket.connected, client.closed]).toEqual([true, []])
    // The network may have taken something late, and then the time begins anew.
    while (client.socket.connected) await pass(0.1 * stallMs)
    expect(client.closed).toHaveLength(1)
  })
})
