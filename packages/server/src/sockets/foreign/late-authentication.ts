import type { Socket } from 'socket.io'
import type { Entrance } from '../../dialects/dialect.ts'
import { lateEvent } from '../admission/anonymous-connections.ts'
import { hasTooMany } from '../admission/socket-admission.ts'
import { runForSocket } from '../socket-failures.ts'
import type { ForeignNamespaceOptions } from '../socket-options.ts'
import { accept, emitAll, entrancesOf, identify, refuseEntrance, timeNow } from './entrance.ts'
import { connectForeign } from './foreign-connection.ts'
import { partsOf } from './foreign-event.ts'

/**
 * Serves the client from its first `authenticate` event on, with heartbeats if its vocabulary has them. Until then its
 * other events are ignored, and it gets none. The connection is closed at once if no vocabulary on its path has that
 * event. Else it is closed if the token is refused or cannot be checked (there is no second try), if its user has too
 * many connections, or if the time to authenticate runs out.
 */
export function awaitAuthentication(socket: Socket, options: ForeignNamespaceOptions): void {
  const dialects = entrancesOf(socket, options.dialects)
  const [dialect] = dialects
  if (!dialect) return void socket.disconnect(true)
  const { entrance } = dialect
  // After a disconnect of this kind a client does not connect again by itself, only to be late again.
  socket.conn.once(lateEvent, () => socket.disconnect(true))
  const enter = async ({ argument, acknowledge }: ReturnType<typeof partsOf>) => {
    const identity = await identify(socket, argument, options).catch((error) => void options.handshakes.refused(error))
    if (!socket.connected) return
    const isOneTooMany = hasTooMany(options.connections, identity)
    if (!identity || isOneTooMany) {
      return refuseEntrance(socket, entrance.refused(isOneTooMany ? 'connections' : 'token', timeNow()), acknowledge)
    }
    socket.data.identity = identity
    options.anonymous.identified(socket.conn)
    const welcome = () => {
      accept(socket, entrance, { user: identity.user, acknowledge })
      beat(socket, entrance, options.pingMs)
    }
    await connectForeign(socket, { identity, dialects, welcome }, options)
  }
  socket.once('authenticate', (...args) => runForSocket(socket, options.log, () => enter(partsOf(args))))
}

function beat(socket: Socket, { heartbeat }: Entrance, pingMs: number): void {
  if (!heartbeat) return
  const pings = setInterval(() => emitAll(socket, [heartbeat(timeNow())]), pingMs).unref()
  socket.on('disconnect', () => clearInterval(pings))
}
