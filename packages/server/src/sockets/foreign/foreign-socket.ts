import type { Namespace, Server, Socket } from 'socket.io'
import type { Identity } from '../../auth/authenticate.ts'
import { tokenOf } from '../../auth/bearer-token.ts'
import { OperationError } from '../../core/operation-error.ts'
import { credentialsOf } from '../admission/reauthentication.ts'
import { refuse } from '../admission/socket-admission.ts'
import { createStatusLane } from '../lanes/status-lane.ts'
import { runForSocket } from '../socket-failures.ts'
import type { ForeignSocketOptions, NamespaceSenders } from '../socket-options.ts'
import { entrancesOf, pathOf } from './entrance.ts'
import { createForeignBroadcast } from './foreign-broadcast.ts'
import { connectForeign } from './foreign-connection.ts'
import { foreignPresence } from './foreign-presence.ts'
import { createForeignReceipts } from './foreign-receipts.ts'
import { awaitAuthentication } from './late-authentication.ts'

/**
 * Serves foreign clients on Socket.IO's default namespace, and returns what sends deliveries to their sockets. They
 * show a token at the handshake or, if a vocabulary allows it, with an `authenticate` event after it. The dialects
 * define their events; this only carries them. Without dialects every client is refused.
 */
export function serveForeign(io: Server, given: ForeignSocketOptions): NamespaceSenders {
  const namespace = io.of('/')
  const receipts = createForeignReceipts(namespace, given)
  const options = { ...given, receipts }
  const statuses = createStatusLane(namespace, given.store, given.log)
  admitWithToken(namespace, options)
  namespace.on('connection', (socket) => {
    const identity: Identity | undefined = socket.data.identity
    runForSocket(socket, options.log, () => {
      if (identity) return connectForeign(socket, { identity, dialects: options.dialects }, options)
      return awaitAuthentication(socket, options)
    })
  })
  return {
    sockets: namespace.sockets,
    send: createForeignBroadcast(namespace, { ...options, statuses }),
    presence: foreignPresence(namespace, options),
  }
}

/**
 * Refuses invalid tokens at the handshake. A client without one is admitted if a vocabulary lets it authenticate later.
 */
function admitWithToken(namespace: Namespace, options: ForeignSocketOptions): void {
  const { handshakes, dialects, authenticate } = options
  namespace.use((socket, next) => {
    const refuseWith = (error: unknown, sentence: string) => {
      handshakes.refused(error)
      refuse(socket, next, new Error(sentence))
    }
    if (dialects.length === 0) return refuseWith(new OperationError('not_found'), 'Not served here')
    const token = tokenOf(socket.handshake)
    const entrances = entrancesOf(socket, dialects)
    if (entrances.length > 0 && (pathOf(socket) === '/io' || isSilent(socket))) return next()
    if (token === undefined) return refuseWith(new OperationError('unauthenticated'), 'Authentication required')
    authenticate(credentialsOf(socket)).then(
      (identity) => {
        if (!identity) return refuseWith(new OperationError('unauthenticated'), 'Invalid token')
        socket.data.identity = identity
        next()
      },
      (error) => refuseWith(error, 'Invalid token'),
    )
  })
}

/** Does the handshake have no token at all, not even an invalid one? */
const isSilent = ({ handshake }: Socket) =>
  tokenOf(handshake) === undefined &&
  (handshake.auth.token ?? undefined) === undefined &&
  handshake.headers.authorization === undefined
