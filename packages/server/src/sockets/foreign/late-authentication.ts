import type { Socket } from 'socket.io'
import type { Entrance } from '../../dialects/dialect.ts'
import { lateEvent } from '../admission/anonymous-connections.ts'
import { hasTooMany } from '../admission/socket-admission.ts'
import { runForSocket } from '../socket-failures.ts'
import type { ForeignNamespaceOptions } from '../socket-options.ts'
import { emitAll, entrancesOf, identify, timeNow } from './entrance.ts'
import { connectForeign } from './foreign-connection.ts'

/**
 * Waits for the client's `authenticate` event, and then serves it. Until then its other events are ignored, and it gets
 * none.
 */
export function awaitAuthentication(socket: Socket, options: ForeignNamespaceOptions): void {
  const dialects = entrancesOf(socket, options.dialects)
  const [dialect] = dialects
  if (!dialect) return void socket.disconnect(true)
  const { entrance } = dialect
  // After a disconnect of this kind a client does not connect again by itself, only to be late again.
  socket.conn.once(lateEvent, () => socket.disconnect(true))
  const enter = async (argument: unknown) => {
    const identity = await identify(socket, argument, options).catch((error) => void options.handshakes.refused(error))
    if (!socket.connected) return
    const isOneTooMany = hasTooMany(options.connections, identity)
    if (!identity || isOneTooMany) {
      emitAll(socket, entrance.refused(isOneTooMany ? 'connections' : 'token', timeNow()))
      setImmediate(() => socket.disconnect(true))
      return
    }
    socket.data.identity = identity
    options.anonymous.identified(socket.conn)
    const welcome = () => {
      emitAll(socket, entrance.accepted({ socketId: socket.id, user: identity.user, time: timeNow() }))
      beat(socket, entrance, options.pingMs)
    }
    await connectForeign(socket, { identity, dialects, welcome }, options)
  }
  socket.once('authenticate', (argument: unknown) => runForSocket(socket, options.log, () => enter(argument)))
}

function beat(socket: Socket, { heartbeat }: Entrance, pingMs: number): void {
  if (!heartbeat) return
  const pings = setInterval(() => emitAll(socket, [heartbeat(timeNow())]), pingMs).unref()
  socket.on('disconnect', () => clearInterval(pings))
}
