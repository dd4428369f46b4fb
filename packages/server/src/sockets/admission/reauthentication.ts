import type { Logger } from 'pino'
import type { Socket } from 'socket.io'
import type { Authenticate, Credentials } from '../../auth/authenticate.ts'
import { tokenOf } from '../../auth/bearer-token.ts'
import type { Connection } from '../../core/connections.ts'

/** The credentials of a socket: the token that it showed last, and the headers and request of its handshake. */
export const credentialsOf = ({ data, handshake, request }: Socket): Credentials => ({
  token: data.token ?? tokenOf(handshake),
  headers: handshake.headers,
  request,
})

/** Replaces the token of the handshake in the socket's credentials. */
export function replaceToken(socket: Socket, token: string): void {
  socket.data.token = token
}

export interface ReauthenticationOptions {
  authenticate: Authenticate
  reauthenticateMs?: number | undefined
  log: Logger
}

/**
 * Authenticates a socket again at intervals, and ends it if its credentials belong to its user no longer: the server
 * cannot see when a host's cookie expires. If the authentication throws or takes too long, the socket stays, so that a
 * host whose database is away keeps its users connected.
 */
export function reauthenticate(socket: Socket, connection: Connection, options: ReauthenticationOptions): void {
  const { authenticate, reauthenticateMs, log } = options
  if (reauthenticateMs === undefined) return
  const { user, socket: own } = connection.caller
  const ask = async () => {
    const identity = await authenticate(credentialsOf(socket))
    if (identity?.user.id !== user.id) connection.end('expired')
    else if (identity.expiresAt !== null) own?.renew(identity.expiresAt)
  }
  const askLater = (ms: number) => {
    timer = setTimeout(() => {
      ask()
        .catch((err) => log.warn({ err, userId: user.id }, 'a socket was not authenticated again; this is tried later'))
        .finally(() => {
          if (socket.connected) askLater(reauthenticateMs)
        })
    }, ms).unref()
  }
  let timer: NodeJS.Timeout | undefined
  // Spread at random, so that sockets that connected together are not authenticated together for ever.
  askLater(reauthenticateMs * (0.5 + Math.random() / 2))
  socket.on('disconnect', () => clearTimeout(timer))
}
