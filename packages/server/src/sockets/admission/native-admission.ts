import { OLDEST_SERVED_VERSION } from '@parley/protocol'
import type { Socket } from 'socket.io'
import type { Identity } from '../../auth/authenticate.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { SocketOptions } from '../socket-options.ts'
import { credentialsOf } from './reauthentication.ts'
import { refuse, refused } from './socket-admission.ts'

/**
 * Makes a middleware of Socket.IO that authenticates a native client, and stores its identity in
 * `socket.data.identity`. If that fails, over long polling, or if its protocol is too old, the client gets the reason,
 * and its connection is closed.
 */
export function admitNative(options: SocketOptions) {
  return (socket: Socket, next: (error?: Error) => void): void => {
    admit(socket, options).then(
      (identity) => {
        socket.data.identity = identity
        next()
      },
      (error) => {
        options.handshakes.refused(error, socket.id)
        refuse(socket, next, refused(error, socket.id))
      },
    )
  }
}

async function admit(socket: Socket, { authenticate }: SocketOptions): Promise<Identity> {
  const protocol: unknown = socket.handshake.auth.protocol ?? OLDEST_SERVED_VERSION
  if (typeof protocol !== 'number' || protocol < OLDEST_SERVED_VERSION) throw new OperationError('upgrade_required')
  // Long polling is for foreign clients alone: it needs sticky sessions and a request for each message.
  if (socket.conn.transport.name !== 'websocket') throw new OperationError('upgrade_required', 'Use a websocket.')
  const identity = await authenticate(credentialsOf(socket))
  if (!identity) throw new OperationError('unauthenticated')
  return identity
}
