import { events, OLDEST_SERVED_VERSION, type Reply } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Namespace, Server, Socket } from 'socket.io'
import { type Packet, PacketType } from 'socket.io-parser'
import type { Authenticate, Identity } from '../auth/authenticate.ts'
import type { Delivery } from '../core/deliver.ts'
import type { HandshakeLog } from '../core/handshake-log.ts'
import { OperationError, toWireError } from '../core/operation-error.ts'
import type { RunOperation } from '../core/run-operation.ts'
import type { PresenceRegistry } from '../features/presence/presence-registry.ts'
import type { Store } from '../storage/store.ts'
import type { Audiences, Send } from './audience.ts'
import { type Connection, type Connections, callerOf, createDeadline, tokenOf } from './connection.ts'
import { frameOf } from './join-frames.ts'
import { laggingRoom } from './outgoing-limit.ts'
import { giveAnswer, runForSocket } from './socket-failures.ts'

export interface SocketParts {
  authenticate: Authenticate
  runOperation: RunOperation
  connections: Connections
  audiences: Audiences
  presence: PresenceRegistry
  store: Store
  handshakes: HandshakeLog
  log: Logger
}

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
        next(Object.assign(new Error('refused'), { data: toWireError(error, socket.id) }))
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

function serve(socket: Socket, { runOperation, connections, audiences, presence, log }: SocketParts): void {
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

  hearOperations(socket, (name, input, answer) => {
    const run = () => runOperation(name, input, connection.caller)
    const answered = entered ? entered.catch(() => {}).then(run) : run()
    const give = (reply: Reply<unknown>) => {
      if (answer) answer(reply)
      else if (!reply.ok) socket.emit('operation.failed', { operation: name.slice(0, 100), error: reply.error })
    }
    void answered.then((reply) => giveAnswer(give, reply, log))
  })
  socket.on('disconnect', () => {
    deadline.clear()
    connections.remove(connection)
    presence.disconnected(userId, socket.id)
  })
}

type Heard = (name: string, input: unknown, answer: ((reply: Reply<unknown>) => void) | undefined) => void

/**
 * Takes each event where Socket.IO hands it over. Its own way from there copies the arguments twice, makes a function to
 * answer with, and waits a tick for listeners of that name, which are none (ADR 7).
 */
function hearOperations(socket: Socket, heard: Heard): void {
  const { conn, nsp } = socket
  const onevent = ({ data, id }: Pick<Packet, 'data' | 'id'>) => {
    // The parser also lets a number pass as the name of an event, or nothing at all.
    const [name, input] = (data ?? []) as [(string | number)?, unknown?]
    const answer = (reply: Reply<unknown>) => conn.write(`${PacketType.ACK}${nsp.name},${id}[${JSON.stringify(reply)}]`)
    heard(String(name), input, id === undefined ? undefined : answer)
  }
  Object.assign(socket, { onevent })
}

function watch(socket: Socket, userIds: readonly string[]): void {
  for (const room of socket.rooms) if (room.startsWith('p:')) void socket.leave(room)
  void socket.join(userIds.map(presenceRoom))
}

function send(namespace: Namespace, parts: SocketParts, delivery: Delivery): Promise<void> | undefined {
  const { name, audience } = delivery
  if ('watchersOf' in audience) return sendToWatchers(namespace, parts.store, delivery, audience.watchersOf)
  if ('sessionIds' in audience) return
  if ('userId' in audience) {
    sendToRoom(namespace, userRoom(audience.userId), delivery, [])
    return
  }
  const spared = audience.exceptUserId === undefined ? [] : [userRoom(audience.exceptUserId)]
  if (!events[name].durable) spared.push(laggingRoom)
  sendToRoom(namespace, nativeRoom(audience.conversationId), delivery, spared)
}

/** As Socket.IO broadcasts, without its operators and sets; and what nobody here hears is not even encoded. */
function sendToRoom(namespace: Namespace, room: string, { name, payload }: Delivery, spared: readonly string[]): void {
  const socketIds = namespace.adapter.rooms.get(room)
  if (!socketIds) return
  const beginning = `${PacketType.EVENT}${namespace.name},`
  const json = JSON.stringify([name, payload])
  const data = beginning + json
  const options = { compress: false, wsPreEncodedFrame: [frameOf(beginning, json)] }
  for (const id of socketIds) {
    const socket = namespace.sockets.get(id)
    if (socket && !spared.some((other) => socket.rooms.has(other))) socket.conn.write(data, options)
  }
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
