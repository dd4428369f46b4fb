import { randomUUID } from 'node:crypto'
import { events, OLDEST_SERVED_VERSION, type OperationName, operations, type Reply } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Namespace, Server, Socket } from 'socket.io'
import type { Authenticate, Identity } from '../auth/authenticate.ts'
import type { Delivery } from '../core/deliver.ts'
import type { HandshakeLog } from '../core/handshake-log.ts'
import { OperationError, shortened, toWireError } from '../core/operation-error.ts'
import type { RunOperation } from '../core/run-operation.ts'
import type { WarnOfMissing } from '../engine/missing-members.ts'
import { broadcastEvent, type TakeEvent, takeEvents } from '../engine/native-packets.ts'
import { drained, laggingRoom } from '../engine/outgoing-limit.ts'
import type { PresenceRegistry } from '../features/presence/presence-registry.ts'
import type { Store } from '../storage/store.ts'
import type { Audiences, Send } from './audience.ts'
import { type Connection, type Connections, callerOf, createDeadline, tokenOf } from './connection.ts'
import { createQueryTurns } from './query-turns.ts'
import { refuse, refused } from './socket-admission.ts'
import { giveAnswer, runForSocket } from './socket-failures.ts'

export interface SocketParts {
  authenticate: Authenticate
  runOperation: RunOperation
  connections: Connections
  audiences: Audiences
  presence: PresenceRegistry
  store: Store
  handshakes: HandshakeLog
  warnOfMissing: WarnOfMissing
  log: Logger
}

const queryRetryMs = 1_000

const nativeRoom = (id: string) => `c:${id}`
const userRoom = (id: string) => `u:${id}`
const presenceRoom = (id: string) => `p:${id}`

/** The native protocol: Socket.IO's namespace `/v1`, operations as events with an acknowledgement. */
export function serveNative(io: Server, parts: SocketParts): Send {
  const namespace = io.of('/v1')
  namespace.use((socket, next) => {
    admit(socket, parts).then(
      (identity) => {
        socket.data.identity = identity
        next()
      },
      (error) => {
        parts.handshakes.refused(error, socket.id)
        refuse(socket, next, refused(error, socket.id))
      },
    )
  })
  namespace.on('connection', (socket) => runForSocket(socket, parts.log, () => serve(socket, parts)))
  return (delivery) => send(namespace, parts, delivery)
}

async function admit(socket: Socket, { authenticate }: SocketParts): Promise<Identity> {
  const protocol: unknown = socket.handshake.auth.protocol ?? OLDEST_SERVED_VERSION
  if (typeof protocol !== 'number' || protocol < OLDEST_SERVED_VERSION) throw new OperationError('upgrade_required')
  // Long polling is there for foreign clients alone: it needs sticky sessions and a request for each message.
  if (socket.conn.transport.name !== 'websocket') throw new OperationError('upgrade_required', 'Use a websocket.')
  const { headers } = socket.handshake
  const identity = await authenticate({ token: tokenOf(socket.handshake), headers })
  if (!identity) throw new OperationError('unauthenticated')
  return identity
}

function serve(
  socket: Socket,
  { runOperation, connections, audiences, presence, warnOfMissing, log }: SocketParts,
): void {
  const identity = socket.data.identity as Identity
  const deadline = createDeadline(
    (expiresAt) => void socket.emit('session.expiring', { expiresAt }),
    () => connection.end('expired'),
  )
  const connection: Connection = {
    caller: callerOf(identity, { renew: deadline.renew, watch: (userIds) => watch(socket, userIds) }),
    hear: (conversationIds) => {
      // Socket.IO would keep a socket that has gone in its rooms for ever.
      if (socket.connected) void socket.join(conversationIds.map(nativeRoom))
    },
    stopHearing: (conversationId) => void socket.leave(nativeRoom(conversationId)),
    end: (reason) => {
      connections.remove(connection)
      for (const room of socket.rooms) void socket.leave(room)
      socket.emit('session.ended', { reason })
      // Whoever signs out by this very socket still gets their answer.
      setImmediate(() => socket.disconnect(true))
    },
  }
  const userId = identity.user.id
  connections.add(connection)
  void socket.join(userRoom(userId))
  if (identity.expiresAt !== null) deadline.renew(identity.expiresAt)
  // What the client asks for first must come after it began to listen, or a change could fall between the two.
  let entered: Promise<void> | undefined = audiences.enter(connection).finally(() => {
    entered = undefined
    if (socket.connected) presence.connected(userId, socket.id)
  })
  entered.catch(() => socket.disconnect(true))

  const takeTurn = createQueryTurns(() => drained(socket.conn))
  const heard: TakeEvent = (name, input, answer) => {
    const run = () => runOperation(name, input, connection.caller)
    const give = (reply: Reply<unknown>) => {
      if (answer) answer(reply)
      else if (!reply.ok) socket.emit('operation.failed', { operation: shortened(name, 100), error: reply.error })
    }
    const reply = (given: Reply<unknown>) => giveAnswer(give, given, log)
    const respond = () => (entered ? entered.catch(() => {}).then(run) : run()).then(reply)
    if (!isQuery(name)) void respond()
    else if (!takeTurn(respond)) reply({ ok: false, error: toWireError(tooManyQueries(), randomUUID()) })
  }
  takeEvents(socket, heard, warnOfMissing)
  socket.on('disconnect', () => {
    deadline.clear()
    connections.remove(connection)
    presence.disconnected(userId, socket.id)
  })
}

const isQuery = (name: string) => Object.hasOwn(operations, name) && operations[name as OperationName].kind === 'query'

const tooManyQueries = () =>
  new OperationError('rate_limited', 'Too many of your queries wait for their answer.', queryRetryMs)

function watch(socket: Socket, userIds: readonly string[]): void {
  for (const room of socket.rooms) if (room.startsWith('p:')) void socket.leave(room)
  void socket.join(userIds.map(presenceRoom))
}

function send(namespace: Namespace, parts: SocketParts, delivery: Delivery): Promise<void> | undefined {
  const { name, audience } = delivery
  if ('watchersOf' in audience) return sendToWatchers(namespace, parts.store, delivery, audience.watchersOf)
  if ('sessionIds' in audience) return
  if ('userId' in audience) {
    broadcastEvent(namespace, userRoom(audience.userId), [name, delivery.payload], [])
    return
  }
  const spared = audience.exceptUserId === undefined ? [] : [userRoom(audience.exceptUserId)]
  if (!events[name].durable) spared.push(laggingRoom)
  broadcastEvent(namespace, nativeRoom(audience.conversationId), [name, delivery.payload], spared)
}

/** Only to those who share a conversation with the person now, whatever they did when they began to watch. */
async function sendToWatchers(namespace: Namespace, store: Store, { name, payload }: Delivery, watched: string) {
  const socketIds = namespace.adapter.rooms.get(presenceRoom(watched))
  if (!socketIds) return
  const sockets = [...socketIds].flatMap((id) => namespace.sockets.get(id) ?? [])
  const watchers = sockets.filter((socket) => !socket.rooms.has(laggingRoom))
  const userIdOf = (socket: Socket) => (socket.data.identity as Identity).user.id
  const among = [...new Set(watchers.map(userIdOf))]
  const allowed = new Set(await store.memberships.acquaintances(watched, among))
  for (const socket of watchers) if (allowed.has(userIdOf(socket))) socket.emit(name, payload)
}
