import type { Socket as Connection } from 'engine.io'
import { websocketOf } from '../engine/connection.ts'

/** WebSocket's code for a service that restarts: come back. */
const restarts = 1012

/**
 * Closes the transport of a connection: a foreign client comes back by itself when that is lost, but not when the server
 * takes its leave by a packet.
 */
export function hangUp(connection: Connection, reason: string): void {
  const socket = websocketOf(connection)
  if (!socket) return void connection.close()
  socket.close(restarts, reason)
  // Its goodbye is read.
  socket.resume()
}
