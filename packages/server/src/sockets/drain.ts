import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { Server as Engine } from 'engine.io'
import type { Server } from 'socket.io'
import { connectionsOf, websocketOf } from '../engine/connection.ts'
import { hangUp } from './hang-up.ts'

/**
 * So many connections are closed at once. More are closed evenly over `spreadMs`, so that they do not all come back at
 * once.
 */
const slice = 100
const spreadMs = 5_000
const stepMs = 100
/** How long the last closing handshakes may take. */
const patienceMs = 1_000

/**
 * Closes every connection that has joined a namespace by now, in groups, which are spread over five seconds if there
 * are many. It stops reading from a group, waits for `settled`, which must resolve when the operations under way are
 * answered, and closes the transports. Resolves when all are closed, or a second after the last group; rejects if
 * `settled` does. New connections are not kept away.
 */
export async function drain(io: Server, settled: () => Promise<unknown>): Promise<void> {
  const sockets = [io.of('/v1'), io.of('/')].flatMap((namespace) => [...namespace.sockets.values()])
  const connections = [...new Set(sockets.map(({ conn }) => conn))]
  const atOnce = Math.max(slice, Math.ceil(connections.length / (spreadMs / stepMs)))
  for (let first = 0; first < connections.length; first += atOnce) {
    if (first > 0) await pause(stepMs)
    const leaving = connections.slice(first, first + atOnce)
    for (const connection of leaving) websocketOf(connection)?.pause()
    await settled()
    // The answers leave at the end of this turn.
    await turn()
    await turn()
    for (const connection of leaving) hangUp(connection, 'The server restarts.')
  }
  const isOver = () => connections.every(({ readyState }) => readyState === 'closed')
  for (const end = performance.now() + patienceMs; !isOver() && performance.now() < end; ) await pause(10)
}

/**
 * Closes the engine, and ends all remaining connections, also those that never authenticated, without a closing
 * handshake.
 */
export function endAll(engine: Engine): void {
  const left = connectionsOf(engine)
  engine.close()
  for (const connection of left) websocketOf(connection)?.terminate()
}
