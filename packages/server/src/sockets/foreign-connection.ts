import { randomUUID } from 'node:crypto'
import { errorCatalogue, type WireError } from '@parley/protocol'
import type { Socket } from 'socket.io'
import type { Identity } from '../auth/authenticate.ts'
import { type Connection, socketCaller } from '../core/connections.ts'
import { type Dialect, type Emission, type IncomingResult, OperationError } from '../dialects/dialect.ts'
import { runPlan } from '../dialects/run-plan.ts'
import { drained } from '../engine/outgoing-limit.ts'
import { createDeadline } from './deadline.ts'
import { foreignRoom, isRoomOf } from './foreign-rooms.ts'
import type { ForeignParts } from './foreign-socket.ts'

/** Events of one socket that may wait for their turn; a client that sends more without waiting is cut off. */
const mostWaiting = 1_000

export const timeNow = () => new Date().toISOString()

/** Serves a foreign socket whose user is known. Resolves when it hears everything it may. */
export function connectForeign(socket: Socket, identity: Identity, parts: ForeignParts): Promise<void> {
  const { connections, audiences } = parts
  const userId = identity.user.id
  const ears = createEars(socket, parts.dialects)
  let ended = false
  const isOpen = () => socket.connected && !ended
  const deadline = createDeadline(
    () => {},
    () => connection.end('expired'),
  )
  const connection: Connection = {
    caller: socketCaller(identity, { renew: deadline.renew, watch: () => {}, hasEnded: () => ended }),
    hear: ears.hear,
    stopHearing: ears.stopHearing,
    end: (reason) => {
      if (ended) return
      ended = true
      socket.emit('unauthenticated', { message: `The session is ${reason}. Please login again!`, time: timeNow() })
      socket.disconnect(true)
    },
  }
  connections.add(connection)
  void socket.join(parts.dialects.map((dialect) => foreignRoom(dialect, { kind: 'user', id: userId })))
  if (identity.expiresAt !== null) deadline.renew(identity.expiresAt)
  const entered = audiences
    .enter(connection)
    .then(() => {
      if (isOpen()) connections.entered(connection)
    })
    .catch(() => void socket.disconnect(true))

  const apply = async (result: IncomingResult) => {
    ears.mute(result.unlisten ?? [])
    // Only what the user is in: a dialect may ask to listen, the membership decides.
    if (ears.unmute(result.listen ?? [])) await audiences.enter(connection)
    emitAll(socket, result.emit)
  }

  const answer = async (dialect: Dialect, event: string, args: unknown[]) => {
    if (!isOpen()) return
    const last = args.at(-1)
    const acknowledge = typeof last === 'function' ? last : undefined
    const argument = args[0] === acknowledge ? undefined : args[0]
    const fail = (failed: readonly Emission[]) => {
      emitAll(socket, failed)
      acknowledge?.({ ok: false, error: failed[0]?.payload })
    }
    const { result, failed } = await understand(dialect, event, argument, connection, parts)
    if (failed) return fail(failed)
    try {
      if (result) await apply(result)
      acknowledge?.(result?.acknowledge)
    } catch (error) {
      const requestId = randomUUID()
      parts.log.error({ err: error, dialect: dialect.name, event, requestId }, 'foreign event failed')
      fail(dialect.incoming[event]?.failed(internalError(requestId)) ?? [])
    }
  }

  // One after the other: these clients join a room and speak in it without waiting for an answer.
  let turn = entered
  let waiting = 0
  socket.onAny((event: string, ...args: unknown[]) => {
    const dialect = ears.dialectOf(event)
    if (!dialect || !isOpen()) return
    if (waiting >= mostWaiting) {
      ended = true
      parts.log.info({ userId, waiting }, 'foreign socket cut off: it does not wait for answers')
      socket.disconnect(true)
      return
    }
    waiting += 1
    turn = turn
      .then(() => drained(socket.conn))
      .then(() => answer(dialect, event, args))
      .catch((error) => parts.log.error({ err: error, event }, 'foreign event failed'))
      .finally(() => {
        waiting -= 1
      })
  })
  socket.on('disconnect', () => {
    deadline.close()
    connections.remove(connection)
  })
  return entered
}

/**
 * What one socket hears. It has not said which vocabulary it speaks: until its first known event it hears all of them,
 * afterwards only that one. It may also close its ears to a conversation it stays a member of.
 */
function createEars(socket: Socket, dialects: readonly Dialect[]) {
  let vocabulary = dialects
  const muted = new Set<string>()
  const rooms = (ids: readonly string[]) =>
    vocabulary.flatMap((dialect) => ids.map((id) => foreignRoom(dialect, { kind: 'conversation', id })))
  const stopHearing = (id: string) => {
    for (const room of rooms([id])) void socket.leave(room)
  }
  const narrow = (spoken: readonly Dialect[]) => {
    const others = vocabulary.filter((dialect) => !spoken.includes(dialect))
    vocabulary = spoken
    for (const room of socket.rooms) if (others.some((dialect) => isRoomOf(dialect, room))) void socket.leave(room)
  }

  return {
    hear: (ids: readonly string[]) => {
      // A socket that closed meanwhile would stay in its rooms for ever.
      if (socket.connected) void socket.join(rooms(ids.filter((id) => !muted.has(id))))
    },
    stopHearing,
    mute: (ids: readonly string[]) => {
      for (const id of ids) {
        muted.add(id)
        stopHearing(id)
      }
    },
    /** Was any of them muted? */
    unmute: (ids: readonly string[]): boolean => ids.filter((id) => muted.delete(id)).length > 0,
    dialectOf: (event: string): Dialect | undefined => {
      const speaking = vocabulary.filter((dialect) => Object.hasOwn(dialect.incoming, event))
      if (speaking.length > 0 && speaking.length < vocabulary.length) narrow(speaking)
      return speaking[0]
    },
  }
}

const emitAll = (socket: Socket, emissions: readonly Emission[] = []) => {
  for (const { event, payload } of emissions) socket.emit(event, payload)
}

async function understand(
  dialect: Dialect,
  event: string,
  argument: unknown,
  { caller }: Connection,
  { runOperation, log }: ForeignParts,
): Promise<{ result?: IncomingResult; failed?: Emission[] }> {
  const incoming = dialect.incoming[event]
  if (!incoming) return {}
  const failed = (error: WireError) => ({ failed: incoming.failed(error) })
  try {
    const plan = incoming.plan(argument, caller)
    return { result: await runPlan(plan, ({ operation, input }) => runOperation(operation, input, caller)) }
  } catch (error) {
    if (error instanceof OperationError && error.error.requestId !== '') return failed(error.error)
    const requestId = randomUUID()
    if (error instanceof OperationError) {
      const { code } = error.error
      log.info({ dialect: dialect.name, event, userId: caller.user.id, code, requestId }, 'event refused')
      return failed({ ...error.error, requestId })
    }
    // A mistake in a dialect is the asker's failure, not the end of the process.
    log.error({ err: error, dialect: dialect.name, event, requestId }, 'plan failed')
    return failed(internalError(requestId))
  }
}

const internalError = (requestId: string): WireError => ({
  code: 'internal',
  message: errorCatalogue.internal.meaning,
  requestId,
})
