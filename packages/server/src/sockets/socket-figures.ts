import type { Server, Socket } from 'socket.io'
import type { Identity } from '../auth/authenticate.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { websocketOf } from '../engine/connection.ts'
import type { SocketFigures } from '../observability/server-metrics.ts'
import { foreignRoom } from './foreign/foreign-rooms.ts'

/**
 * Counts the sockets of this node anew at each call: by vocabulary (`native`, the name of a dialect, or `undecided`),
 * and the bytes that wait in their websockets. The counts, but not the bytes, leave out foreign sockets that have not
 * authenticated. `transports` and `anonymous` are returned as given.
 */
export function socketFigures(
  io: Server,
  dialects: readonly Dialect[],
  { transports, anonymous }: Pick<SocketFigures, 'transports' | 'anonymous'>,
): SocketFigures {
  const native = io.of('/v1').sockets
  const foreign = io.of('/').sockets
  const connections = new Map<string, number>([
    ['native', native.size],
    ...dialects.map((dialect): [string, number] => [dialect.name, 0]),
  ])
  for (const socket of foreign.values()) {
    const vocabulary = vocabularyOf(socket, dialects)
    if (vocabulary !== undefined) connections.set(vocabulary, (connections.get(vocabulary) ?? 0) + 1)
  }
  let bufferedBytes = 0
  for (const sockets of [native, foreign]) for (const socket of sockets.values()) bufferedBytes += buffered(socket)
  return { connections, transports, anonymous, bufferedBytes }
}

/**
 * Undefined for a socket that has not authenticated; `undecided` until its first event shows which of several it
 * speaks.
 */
function vocabularyOf({ rooms, data }: Socket, dialects: readonly Dialect[]): string | undefined {
  const identity: Identity | undefined = data.identity
  if (!identity) return undefined
  const heard = dialects.filter((dialect) => rooms.has(foreignRoom(dialect, { kind: 'user', id: identity.user.id })))
  return heard.length === 1 ? heard[0]?.name : 'undecided'
}

const buffered = ({ conn }: Socket): number => websocketOf(conn)?.bufferedAmount ?? 0
