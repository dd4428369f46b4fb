import type { Socket as Connection } from 'engine.io'
import { waitingPollOf, websocketOf } from '../engine/connection.ts'
import { hangUp as endSession } from './admission/visitor.ts'

/** WebSocket's code for a service that restarts: come back. */
const restarts = 1012

/**
 * Closes the transport of a connection: a foreign client comes back by itself when that is lost, but not when the server
 * takes its leave by a packet, be it one of Socket.IO or, for clients in Python, one of Engine.IO.
 */
export function hangUp(connection: Connection, reason: string): void {
  const socket = websocketOf(connection)
  if (!socket) return void hangUpPolling(connection)
  socket.close(restarts, reason)
  // Its goodbye is read.
  socket.resume()
}

/** A request that waits is cut off; one that comes later finds no session. */
function hangUpPolling(connection: Connection): void {
  const poll = waitingPollOf(connection)
  if (poll) poll.destroy()
  else endSession(connection)
}
