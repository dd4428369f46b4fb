import type { Logger } from 'pino'
import type { Socket } from 'socket.io'
import type { Authenticate, Credentials } from '../../auth/authenticate.ts'
import { tokenOf } from '../../auth/bearer-token.ts'
import type { Connection } from '../../core/connections.ts'

/** What a socket shows to prove who it is: the token that it showed last, and what came with its handshake. */
export const credentialsOf = ({ data, handshake, request }: Socket): Credentials => ({
  token: data.token ?? tokenOf(handshake),
  headers: handshake.headers,
  request,
})

/** From now on this token stands in the place of that of the handshake. */
export function showLater(socket: Socket, token: string): void {
  socket.data.token = token
}

export interface ReauthenticationOptions {
  authenticate: Authenticate
  reauthenticateMs?: number | undefined
  log: Logger
}

/**
 * Asks in intervals whether what a socket showed still says who it is, and ends the socket if not: a cookie of a host has
 * no end that the server could see. An authentication that fails, or is not done in time, decides nothing, so that a host whose database is away
 * keeps its people.
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
  // Spread, so that sockets that came together do not ask together for ever.
  askLater(reauthenticateMs * (0.5 + Math.random() / 2))
  socket.on('disconnect', () => clearTimeout(timer))
}
