import { randomUUID } from 'node:crypto'
import type { Socket } from 'socket.io'
import type { Identity } from '../../auth/authenticate.ts'
import { type Connection, type Connections, socketCaller } from '../../core/connections.ts'
import type { CallerSocket } from '../../core/context.ts'
import type { Dialect, Emission, IncomingResult } from '../../dialects/dialect.ts'
import { drained } from '../../engine/outgoing-limit.ts'
import { Deadline } from '../deadline.ts'
import type { ForeignSocketOptions } from '../socket-options.ts'
import { internalError, planForeignEvent } from './foreign-event.ts'
import { createForeignHearing, type ForeignHearing } from './foreign-hearing.ts'
import { foreignRoom } from './foreign-rooms.ts'

/** Events of one socket that may wait for their turn; a client that sends more without waiting is cut off. */
const mostWaiting = 1_000

export const timeNow = () => new Date().toISOString()

/** Serves a foreign socket whose user is known. Resolves when the socket hears everything that its user may hear. */
export function connectForeign(socket: Socket, identity: Identity, options: ForeignSocketOptions): Promise<void> {
  const { connections, audiences, dialects } = options
  const hearing = createForeignHearing(socket, dialects)
  const opened = openConnection(socket, identity, hearing, connections)
  void socket.join(dialects.map((dialect) => foreignRoom(dialect, { kind: 'user', id: identity.user.id })))
  const entered = audiences
    .enter(opened.connection)
    .then(() => {
      if (opened.isOpen()) connections.entered(opened.connection)
    })
    .catch(() => void socket.disconnect(true))
  takeEventsInTurn(socket, { opened, hearing, entered, options })
  return entered
}

interface OpenConnection {
  connection: Connection
  isOpen(): boolean
  /** Closes the socket without a word. */
  cutOff(): void
}

function openConnection(
  socket: Socket,
  identity: Identity,
  hearing: ForeignHearing,
  connections: Connections,
): OpenConnection {
  const cutOff = () => {
    own.hasEnded = true
    socket.disconnect(true)
  }
  const deadline = new Deadline(
    () => {},
    () => connection.end('expired'),
  )
  const own: CallerSocket = { renew: (expiresAt) => deadline.renew(expiresAt), watch: () => {}, hasEnded: false }
  const connection: Connection = {
    caller: socketCaller(identity, own),
    hear: hearing.hear,
    stopHearing: hearing.stopHearing,
    end: (reason) => {
      if (own.hasEnded) return
      socket.emit('unauthenticated', { message: `The session is ${reason}. Please login again!`, time: timeNow() })
      cutOff()
    },
  }
  connections.add(connection)
  if (identity.expiresAt !== null) deadline.renew(identity.expiresAt)
  socket.on('disconnect', () => {
    deadline.close()
    connections.remove(connection)
  })
  return { connection, isOpen: () => socket.connected && !own.hasEnded, cutOff }
}

interface ForeignConnection {
  opened: OpenConnection
  hearing: ForeignHearing
  entered: Promise<void>
  options: ForeignSocketOptions
}

/** One after the other: these clients join a room and speak in it without waiting for an answer. */
function takeEventsInTurn(socket: Socket, one: ForeignConnection): void {
  const { opened, hearing, entered, options } = one
  let turn = entered
  let waiting = 0
  socket.onAny((event: string, ...args: unknown[]) => {
    const dialect = hearing.dialectOf(event)
    if (!dialect || !opened.isOpen()) return
    if (waiting >= mostWaiting) {
      const userId = opened.connection.caller.user.id
      options.log.info({ userId, waiting }, 'foreign socket cut off: it does not wait for answers')
      return opened.cutOff()
    }
    waiting += 1
    turn = turn
      .then(() => drained(socket.conn))
      .then(() => answer(socket, one, { dialect, event, args }))
      .catch((error) => options.log.error({ err: error, event }, 'foreign event failed'))
      .finally(() => {
        waiting -= 1
      })
  })
}

interface ReceivedEvent {
  dialect: Dialect
  event: string
  args: unknown[]
}

async function answer(socket: Socket, one: ForeignConnection, { dialect, event, args }: ReceivedEvent): Promise<void> {
  const { opened, options } = one
  if (!opened.isOpen()) return
  const last = args.at(-1)
  const acknowledge = typeof last === 'function' ? last : undefined
  const argument = args[0] === acknowledge ? undefined : args[0]
  const fail = (failed: readonly Emission[]) => {
    emitAll(socket, failed)
    acknowledge?.({ ok: false, error: failed[0]?.payload })
  }
  const { result, failed } = await planForeignEvent(dialect, event, argument, opened.connection, options)
  if (failed) return fail(failed)
  try {
    if (result) await apply(socket, one, result)
    acknowledge?.(result?.acknowledge)
  } catch (error) {
    const requestId = randomUUID()
    options.log.error({ err: error, dialect: dialect.name, event, requestId }, 'foreign event failed')
    fail(dialect.incoming[event]?.failed(internalError(requestId)) ?? [])
  }
}

async function apply(socket: Socket, { hearing, opened, options }: ForeignConnection, result: IncomingResult) {
  hearing.mute(result.unlisten ?? [])
  // Only what the user is in: a dialect may ask to listen, the membership decides.
  if (hearing.unmute(result.listen ?? [])) await options.audiences.enter(opened.connection)
  emitAll(socket, result.emit)
}

const emitAll = (socket: Socket, emissions: readonly Emission[] = []) => {
  for (const { event, payload } of emissions) socket.emit(event, payload)
}
