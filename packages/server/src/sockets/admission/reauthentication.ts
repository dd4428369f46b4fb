import type { IncomingMessage } from 'node:http'
import type { Logger } from 'pino'
import type { Socket } from 'socket.io'
import type { Authenticate, Credentials } from '../../auth/authenticate.ts'
import { tokenOf } from '../../auth/bearer-token.ts'
import type { Connection } from '../../core/connections.ts'

/**
 * The credentials of a socket: the token that it showed last, and the headers and a copy of the request of its
 * handshake. Each call makes a new copy: middleware of a host keeps its result in the request, and `express-session`
 * reads its store only for a request without a session.
 */
export const credentialsOf = ({ data, handshake, request }: Socket): Credentials => {
  const copy = copyOf(request)
  return { token: data.token ?? tokenOf(handshake), headers: copy.headers, request: copy }
}

function copyOf(request: IncomingMessage): IncomingMessage {
  const copy: IncomingMessage = Object.create(Object.getPrototypeOf(request), Object.getOwnPropertyDescriptors(request))
  copy.headers = { ...request.headers }
  return copy
}

/**
 * Replaces the token of the handshake in the socket's later credentials. It checks nothing, and authenticates nothing.
 */
export function replaceToken(socket: Socket, token: string): void {
  socket.data.token = token
}

export interface ReauthenticationOptions {
  authenticate: Authenticate
  reauthenticateMs?: number | undefined
  log: Logger
}

/**
 * Authenticates a socket again every `reauthenticateMs` (never if that is undefined) until it disconnects, the first
 * time between half of that and all of it. Ends it as `expired` if its credentials belong to its user no longer: the
 * server cannot see when a host's cookie expires. Otherwise a new time of expiry, if any, counts. If the
 * authentication throws or takes too long, the socket stays, so that a host whose database is away keeps its users
 * connected.
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
