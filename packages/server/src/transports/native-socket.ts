import { events, OLDEST_SERVED_VERSION, type Reply } from '@parley/protocol'
import type { Namespace, Server, Socket } from 'socket.io'
import { type Packet, PacketType } from 'socket.io-parser'
import type { Authenticate, Identity } from '../auth/authenticate.ts'
import type { Delivery } from '../core/deliver.ts'
import type { HandshakeLog } from '../core/handshake-log.ts'
import { OperationError, toWireError } from '../core/operation-error.ts'
import type { RunOperation } from '../core/run-operation.ts'
import type { PresenceRegistry } from '../features/presence/presence-registry.ts'
import type { Store } from '../storage/store.ts'
import type { Audiences } from './audience.ts'
import type { Send } from './broadcast.ts'
import { type Connection, type Connections, callerOf, createDeadline, tokenOf } from './connection.ts'
import { eventPacket } from './native-packet.ts'
import { nativePresence, watch } from './native-presence.ts'
import { laggingRoom } from './outgoing-limit.ts'
import type { PresenceSender } from './presence-lane.ts'

export interface SocketParts {
  authenticate: Authenticate
  runOperation: RunOperation
  connections: Connections
  audiences: Audiences
  presence: PresenceRegistry
  store: Store
  handshakes: HandshakeLog
}

const nativeRoom = (id: string) => `c:${id}`
const userRoom = (id: string) => `u:${id}`

/** How deliveries reach the sockets of one namespace. */
export interface NamespaceSenders {
  send: Send
  presence: PresenceSender
}

/** The native protocol: Socket.IO's namespace `/v1`, operations as events with an acknowledgement. */
export function serveNative(io: Server, parts: SocketParts): NamespaceSenders {
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
  namespace.on('connection', (socket) => serve(socket, parts))
  return {
    send: (delivery, audience) => send(namespace, delivery, audience),
    presence: nativePresence(namespace, parts.store),
  }
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

function serve(socket: Socket, { runOperation, connections, audiences, presence }: SocketParts): void {
  const identity = socket.data.identity as Identity
  const deadline = createDeadline(
    (expiresAt) => void socket.emit('session.expiring', { expiresAt }),
    () => connection.end('expired'),
  )
  let hasEnded = false
  // Socket.IO would keep a socket that has gone in its rooms for ever, and one that has ended closes only after this turn.
  const isOpen = () => socket.connected && !hasEnded
  const connection: Connection = {
    caller: callerOf(identity, {
      renew: deadline.renew,
      watch: (userIds) => {
        if (isOpen()) watch(socket, userIds)
      },
      hasEnded: () => hasEnded,
    }),
    hear: (conversationIds) => {
      if (isOpen()) void socket.join(conversationIds.map(nativeRoom))
    },
    stopHearing: (conversationId) => void socket.leave(nativeRoom(conversationId)),
    end: (reason) => {
      if (hasEnded) return
      hasEnded = true
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
  let entered: Promise<void> | undefined = audiences
    .enter(connection)
    .then(
      () => {
        if (isOpen()) presence.connected(userId, socket.id)
      },
      () => void socket.disconnect(true),
    )
    .finally(() => {
      entered = undefined
    })

  const run: Heard = (name, input, answer) => {
    // Also of what waited until it had entered, nothing is run for a socket that has gone or may no longer act.
    if (!isOpen()) return
    void runOperation(name, input, connection.caller).then((reply) => {
      if (answer) answer(reply)
      else if (!reply.ok) socket.emit('operation.failed', { operation: name.slice(0, 100), error: reply.error })
    })
  }
  hearOperations(socket, (name, input, answer) => {
    if (entered) void entered.then(() => run(name, input, answer))
    else run(name, input, answer)
  })
  socket.on('disconnect', () => {
    deadline.close()
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

function send(namespace: Namespace, delivery: Delivery, audience: Parameters<Send>[1]): void {
  if ('userId' in audience) {
    sendToRoom(namespace, userRoom(audience.userId), delivery, [])
    return
  }
  const spared = audience.exceptUserId === undefined ? [] : [userRoom(audience.exceptUserId)]
  if (!events[delivery.name].durable) spared.push(laggingRoom)
  sendToRoom(namespace, nativeRoom(audience.conversationId), delivery, spared)
}

/** What nobody here hears is not even encoded. */
function sendToRoom(namespace: Namespace, room: string, { name, payload }: Delivery, spared: readonly string[]): void {
  const socketIds = namespace.adapter.rooms.get(room)
  if (!socketIds) return
  const { data, options } = eventPacket(namespace, name, payload)
  for (const id of socketIds) {
    const socket = namespace.sockets.get(id)
    if (socket && !spared.some((other) => socket.rooms.has(other))) socket.conn.write(data, options)
  }
}
