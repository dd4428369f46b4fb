import type { User } from '@parley/protocol'
import type { Socket } from 'socket.io'
import type { Identity } from '../../auth/authenticate.ts'
import { tokenOf } from '../../auth/bearer-token.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { Dialect, Emission, Entrance } from '../../dialects/dialect.ts'
import { credentialsOf, replaceToken } from '../admission/reauthentication.ts'
import { runForSocket } from '../socket-failures.ts'
import type { ForeignNamespaceOptions } from '../socket-options.ts'
import { type Acknowledge, partsOf } from './foreign-event.ts'

/** The path of Socket.IO over which this client connected: `/io` if its URL begins so, otherwise `/socket.io`. */
export const pathOf = ({ handshake }: Socket): Entrance['path'] =>
  handshake.url.startsWith('/io') ? '/io' : '/socket.io'

/** A vocabulary whose clients may authenticate after they have connected. */
type Entered = Dialect & { entrance: Entrance }

const hasEntrance = (dialect: Dialect): dialect is Entered => dialect.entrance !== undefined

/** The vocabularies whose clients may authenticate later on the path of this socket. */
export const entrancesOf = (socket: Socket, dialects: readonly Dialect[]): Entered[] =>
  dialects.filter(hasEntrance).filter(({ entrance }) => entrance.path === pathOf(socket))

/** How often an authenticated client may authenticate again: each time costs a lookup in the database. */
const mostAnswers = 20

/** The present time as an ISO text, for events of dialects. */
export const timeNow = () => new Date().toISOString()

/** Sends events to this socket alone, in their order; does not look at `to`. */
export const emitAll = (socket: Socket, emissions: readonly Emission[]) => {
  for (const { event, payload } of emissions) socket.emit(event, payload)
}

/**
 * Authenticates by the token in the event's argument, or else by that of the handshake, and uses a valid token for
 * later authentications of this socket. Does not store the identity. Rejects with `unauthenticated` if it is not valid,
 * and with the failure if it could not be checked; the earlier token then stays.
 */
export async function identify(
  socket: Socket,
  argument: unknown,
  { authenticate }: ForeignNamespaceOptions,
): Promise<Identity> {
  const { auth, headers } = socket.handshake
  const token = tokenOf({ auth: argument, headers: {} }) ?? tokenOf({ auth, headers })
  const identity = await authenticate({ ...credentialsOf(socket), token })
  if (!identity) throw new OperationError('unauthenticated')
  if (token !== undefined) replaceToken(socket, token)
  return identity
}

/**
 * Answers `authenticate` events of a client that has authenticated at its handshake: clients that follow their
 * documentation to the letter send it anyway. A token that is invalid, that cannot be checked, or that is another
 * user's ends the connection, and so does the 21st event. It does nothing on `/io`, or if no vocabulary has the event.
 */
export function answerAuthentication(socket: Socket, identity: Identity, options: ForeignNamespaceOptions): void {
  const [dialect] = entrancesOf(socket, options.dialects)
  if (!dialect || pathOf(socket) === '/io') return
  const { entrance } = dialect
  let left = mostAnswers
  const answer = async ({ argument, acknowledge }: ReturnType<typeof partsOf>) => {
    if (left-- <= 0) return void socket.disconnect(true)
    const shown = await identify(socket, argument, options).catch((error) => void options.handshakes.refused(error))
    if (shown?.user.id === identity.user.id) return accept(socket, entrance, { user: identity.user, acknowledge })
    refuseEntrance(socket, entrance.refused('token', timeNow()), acknowledge)
  }
  socket.on('authenticate', (...args) => runForSocket(socket, options.log, () => answer(partsOf(args))))
}

interface Accepted {
  user: User
  acknowledge: Acknowledge | undefined
}

/** Sends a client the events of its accepted authentication; acknowledges, if it wants that, with the last payload. */
export function accept(socket: Socket, entrance: Entrance, { user, acknowledge }: Accepted): void {
  const emissions = entrance.accepted({ socketId: socket.id, user, time: timeNow() })
  emitAll(socket, emissions)
  acknowledge?.(emissions.at(-1)?.payload)
}

/**
 * Sends a client the events of a refused authentication and, if it wants one, an acknowledgement with the first
 * payload; then closes the connection, after this turn.
 */
export function refuseEntrance(socket: Socket, emissions: readonly Emission[], acknowledge?: Acknowledge): void {
  emitAll(socket, emissions)
  acknowledge?.(emissions[0]?.payload)
  setImmediate(() => socket.disconnect(true))
}
