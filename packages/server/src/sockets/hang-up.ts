import type { Socket as Connection } from 'engine.io'
import { waitingPollOf, websocketOf } from '../engine/connection.ts'
import { closeWhenSent } from './admission/visitor.ts'

/** WebSocket's close code for a service that restarts: clients should connect again. */
const restarts = 1012

/**
 * Closes the transport of a connection without a closing packet of Socket.IO or Engine.IO; only a websocket sends the
 * reason. A foreign client connects again by itself when its transport is lost, but not after such a packet.
 */
export function hangUp(connection: Connection, reason: string): void {
  const socket = websocketOf(connection)
  if (!socket) return void hangUpPolling(connection)
  socket.close(restarts, reason)
  // Otherwise the client's part of the closing handshake would not be read.
  socket.resume()
}

/**
 * Cuts off the request that waits, if there is one; otherwise ends the session, which the next request then does not
 * find.
 */
function hangUpPolling(connection: Connection): void {
  const poll = waitingPollOf(connection)
  if (poll) poll.destroy()
  else closeWhenSent(connection)
}
