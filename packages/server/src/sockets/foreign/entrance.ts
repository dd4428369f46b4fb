import type { Socket } from 'socket.io'
import type { Identity } from '../../auth/authenticate.ts'
import { tokenOf } from '../../auth/bearer-token.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { Dialect, Emission, Entrance } from '../../dialects/dialect.ts'
import { showLater } from '../admission/reauthentication.ts'
import { runForSocket } from '../socket-failures.ts'
import type { ForeignNamespaceOptions } from '../socket-options.ts'

/** The path of Socket.IO that this client came by. */
export const pathOf = ({ handshake }: Socket): Entrance['path'] =>
  handshake.url.startsWith('/io') ? '/io' : '/socket.io'

/** A vocabulary whose clients show who they are after they have connected. */
type Entered = Dialect & { entrance: Entrance }

const hasEntrance = (dialect: Dialect): dialect is Entered => dialect.entrance !== undefined

/** Those whose clients may come in as this one did. */
export const entrancesOf = (socket: Socket, dialects: readonly Dialect[]): Entered[] =>
  dialects.filter(hasEntrance).filter(({ entrance }) => entrance.path === pathOf(socket))

/** A token costs a look into the database: so often one is looked at that need not be shown. */
const mostAnswers = 20

export const timeNow = () => new Date().toISOString()

export const emitAll = (socket: Socket, emissions: readonly Emission[]) => {
  for (const { event, payload } of emissions) socket.emit(event, payload)
}

/** Shown with the event itself, or else at the handshake. */
export async function identify(
  socket: Socket,
  argument: unknown,
  { authenticate }: ForeignNamespaceOptions,
): Promise<Identity> {
  const { auth, headers } = socket.handshake
  const shown = typeof argument === 'object' && argument !== null && 'token' in argument ? argument : auth
  const token = tokenOf({ auth: shown, headers })
  const identity = await authenticate({ token, headers, request: socket.request })
  if (!identity) throw new OperationError('unauthenticated')
  if (token !== undefined) showLater(socket, token)
  return identity
}

/**
 * A client that showed a good token when it connected may show it again, as one that follows its document to the letter
 * does; then it is answered. Somebody else’s token, or a bad one, ends the connection.
 */
export function answerAuthentication(socket: Socket, identity: Identity, options: ForeignNamespaceOptions): void {
  const [dialect] = entrancesOf(socket, options.dialects)
  if (!dialect || pathOf(socket) === '/io') return
  const { entrance } = dialect
  let left = mostAnswers
  const answer = async (argument: unknown) => {
    if (left-- <= 0) return void socket.disconnect(true)
    const shown = await identify(socket, argument, options).catch((error) => void options.handshakes.refused(error))
    if (shown?.user.id === identity.user.id) {
      return emitAll(socket, entrance.accepted({ socketId: socket.id, user: identity.user, time: timeNow() }))
    }
    emitAll(socket, entrance.refused('token', timeNow()))
    setImmediate(() => socket.disconnect(true))
  }
  socket.on('authenticate', (argument: unknown) => runForSocket(socket, options.log, () => answer(argument)))
}
