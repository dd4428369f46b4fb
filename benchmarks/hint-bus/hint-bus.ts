/**
 * `node benchmarks/hint-bus/hint-bus.ts [seconds] [per second]` measures transports between two nodes, also while one
 * is cut off.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Server } from 'socket.io'
import { startRedis } from '../../tests/services/redis-server.ts'
import { startTcpLine } from '../../tests/services/tcp-line.ts'
import { type BusName, startBus } from './buses.ts'

const [seconds = 5, perSecond = 10_000] = process.argv.slice(2).map(Number)
const tickMs = 5
const cutMs = 3_000
const rooms = Array.from({ length: 100 }, (_, index) => `room-${index}`)
const body = { kind: 'plain', text: 'x'.repeat(120) }

async function measure(name: BusName, isCut: boolean) {
  const redis = await startRedis()
  const line = await startTcpLine(redis.port)
  const servers = [createServer(), createServer()] as const
  const nodes: [Server, Server] = [new Server(servers[0]), new Server(servers[1])]
  nodes[1].on('connection', (socket) => void socket.join(rooms))
  const bus = await startBus(name, [redis.url, `redis://127.0.0.1:${line.port}`], nodes, rooms)
  await new Promise<void>((resolve) => servers[1].listen(0, '127.0.0.1', resolve))
  const { port } = servers[1].address() as AddressInfo
  const listener = fork(new URL('listener.ts', import.meta.url), [String(port)])
  await once(listener, 'message')
  await pause(1_000)

  const heard = async (): Promise<number> => {
    const answer = once(listener, 'message')
    listener.send('count')
    return ((await answer)[0] as { heard: number }).heard
  }
  let sent = 0
  let rev = 0
  const say = () => {
    const room = rooms[sent % rooms.length] as string
    sent += 1
    rev += 1
    return {
      room,
      payload: { conversationId: room, rev, messages: [{ id: `${rev}`, seq: rev, senderId: 'u1', body }] },
    }
  }
  const start = performance.now()
  const cpuBefore = process.cpuUsage()
  const cutAt = (seconds * 1_000) / 3
  let cutState: 'before' | 'cut' | 'after' = isCut ? 'before' : 'after'
  while (performance.now() - start < seconds * 1_000) {
    const elapsed = performance.now() - start
    if (cutState === 'before' && elapsed > cutAt) {
      line.cut(true)
      cutState = 'cut'
    } else if (cutState === 'cut' && elapsed > cutAt + cutMs) {
      line.cut(false)
      cutState = 'after'
    }
    const due = Math.min(Math.floor((elapsed * perSecond) / 1_000) - sent, perSecond / 10)
    if (due > 0) bus.emit(Array.from({ length: due }, say))
    await pause(tickMs)
  }
  const { user, system } = process.cpuUsage(cpuBefore)
  for (let last = -1, now = 0; last !== now; ) {
    last = now
    await pause(1_000)
    now = await heard()
  }
  const lost = sent - (await heard())
  bus.close()
  listener.disconnect()
  await Promise.all(nodes.map((io) => io.close()))
  await line.close()
  await redis.dispose()
  return { bus: name, sent, lost, 'CPU µs/delivery': ((user + system) / (sent - lost)).toFixed(1) }
}

// The adapters do not handle rejected requests of a closed connection.
process.on('unhandledRejection', () => {})

for (const isCut of [false, true]) {
  const rows = []
  for (const name of ['parley', 'sharded-adapter', 'streams-adapter'] as const) {
    console.error(name)
    rows.push(await measure(name, isCut))
  }
  console.log(isCut ? `with the second node cut off for ${cutMs / 1_000} s` : `${perSecond} deliveries a second`)
  console.table(rows)
}
process.exit()
