import { randomUUID } from 'node:crypto'
import { events, OLDEST_SERVED_VERSION, type OperationName, operations, type Reply } from '@parley/protocol'
import type { Namespace, Server, Socket } from 'socket.io'
import type { Identity } from '../auth/authenticate.ts'
import { tokenOf } from '../auth/bearer-token.ts'
import { channelName } from '../core/channel.ts'
import { type Connection, type Connections, socketCaller } from '../core/connections.ts'
import type { Delivery } from '../core/deliver.ts'
import { OperationError, shortened, toWireError } from '../core/operation-error.ts'
import { broadcastEvent, type TakeEvent, takeEvents } from '../engine/native-packets.ts'
import { drained, laggingRoom } from '../engine/outgoing-limit.ts'
import { refuse, refused } from './admission/socket-admission.ts'
import { followBehind, spareThoseBehind } from './behind.ts'
import { createDeadline } from './deadline.ts'
import { nativePresence, watch } from './native-presence.ts'
import { createQueryTurns } from './query-turns.ts'
import { giveAnswer, runForSocket } from './socket-failures.ts'
import type { NamespaceSenders, SocketOptions } from './socket-options.ts'

const queryRetryMs = 1_000

const conversationRoom = (id: string) => channelName({ kind: 'conversation', id })

/** The native protocol: Socket.IO's namespace `/v1`, operations as events with an acknowledgement. */
export function serveNative(io: Server, options: SocketOptions): NamespaceSenders {
  const namespace = io.of('/v1')
  namespace.use((socket, next) => {
    admit(socket, options).then(
      (identity) => {
        socket.data.identity = identity
        next()
      },
      (error) => {
        options.handshakes.refused(error, socket.id)
        refuse(socket, next, refused(error, socket.id))
      },
    )
  })
  namespace.on('connection', (socket) => followBehind(socket, options.log))
  namespace.on('connection', (socket) => runForSocket(socket, options.log, () => serve(socket, options)))
  return {
    send: (delivery) => send(namespace, delivery),
    presence: nativePresence(namespace, options.store),
  }
}

async function admit(socket: Socket, { authenticate }: SocketOptions): Promise<Identity> {
  const protocol: unknown = socket.handshake.auth.protocol ?? OLDEST_SERVED_VERSION
  if (typeof protocol !== 'number' || protocol < OLDEST_SERVED_VERSION) throw new OperationError('upgrade_required')
  // Long polling is there for foreign clients alone: it needs sticky sessions and a request for each message.
  if (socket.conn.transport.name !== 'websocket') throw new OperationError('upgrade_required', 'Use a websocket.')
  const { headers } = socket.handshake
  const identity = await authenticate({ token: tokenOf(socket.handshake), headers })
  if (!identity) throw new OperationError('unauthenticated')
  return identity
}

function serve(socket: Socket, options: SocketOptions): void {
  const { connections, audiences, warnOfMissing } = options
  const opened = openConnection(socket, socket.data.identity as Identity, connections)
  // What the client asks for first must come after it began to listen, or a change could fall between the two.
  let entered: Promise<void> | undefined = audiences
    .enter(opened.connection)
    .then(
      () => {
        if (opened.isOpen()) connections.entered(opened.connection)
      },
      () => void socket.disconnect(true),
    )
    .finally(() => {
      entered = undefined
    })
  const run = operationRunner(socket, opened, options)
  const take: TakeEvent = (name, input, answer) => {
    if (entered) void entered.then(() => run(name, input, answer))
    else run(name, input, answer)
  }
  takeEvents(socket, take, warnOfMissing)
}

interface OpenConnection {
  connection: Connection
  isOpen(): boolean
}

/** The connection of a signed-in socket, until the socket goes or its session ends. */
function openConnection(socket: Socket, identity: Identity, connections: Connections): OpenConnection {
  const deadline = createDeadline(
    (expiresAt) => void socket.emit('session.expiring', { expiresAt }),
    () => connection.end('expired'),
  )
  let hasEnded = false
  // Socket.IO would keep a socket that has gone in its rooms for ever, and one that has ended closes only after this turn.
  const isOpen = () => socket.connected && !hasEnded
  const connection: Connection = {
    caller: socketCaller(identity, {
      renew: deadline.renew,
      watch: (userIds) => {
        if (isOpen()) watch(socket, userIds)
      },
      hasEnded: () => hasEnded,
    }),
    hear: (conversationIds) => {
      if (isOpen()) void socket.join(conversationIds.map(conversationRoom))
    },
    stopHearing: (conversationId) => void socket.leave(conversationRoom(conversationId)),
    end: (reason) => {
      if (hasEnded) return
      hasEnded = true
      connections.remove(connection)
      for (const room of socket.rooms) void socket.leave(room)
      socket.emit('session.ended', { reason })
      // A caller who signs out by this very socket still gets their answer.
      setImmediate(() => socket.disconnect(true))
    },
  }
  connections.add(connection)
  void socket.join(channelName({ kind: 'user', id: identity.user.id }))
  if (identity.expiresAt !== null) deadline.renew(identity.expiresAt)
  socket.on('disconnect', () => {
    deadline.close()
    connections.remove(connection)
  })
  return { connection, isOpen }
}

/** Runs the operations that a socket asks for, and answers each; queries take turns. */
function operationRunner(
  socket: Socket,
  { connection, isOpen }: OpenConnection,
  { runOperation, log }: SocketOptions,
): TakeEvent {
  const takeTurn = createQueryTurns(() => drained(socket.conn))
  return (name, input, answer) => {
    // Also of what waited until it had entered, nothing is run for a socket that has gone or may no longer act.
    if (!isOpen()) return
    const give = (reply: Reply<unknown>) => {
      if (answer) answer(reply)
      else if (!reply.ok) socket.emit('operation.failed', { operation: shortened(name, 100), error: reply.error })
    }
    const reply = (given: Reply<unknown>) => giveAnswer(give, given, log)
    const respond = () => runOperation(name, input, connection.caller).then(reply)
    if (!isQuery(name)) void respond()
    else if (!takeTurn(async () => (isOpen() ? respond() : undefined)))
      reply({ ok: false, error: toWireError(tooManyQueries(), randomUUID()) })
  }
}

const isQuery = (name: string) => Object.hasOwn(operations, name) && operations[name as OperationName].kind === 'query'

const tooManyQueries = () =>
  new OperationError('rate_limited', 'Too many of your queries wait for their answer.', queryRetryMs)

function send(namespace: Namespace, { name, payload, audience, only }: Delivery): void {
  if (only === 'foreign') return
  const spared = audience.except === undefined ? [] : [channelName(audience.except)]
  const rooms = audience.channels.map(channelName)
  if (events[name].durable) spared.push(...spareThoseBehind(namespace, rooms))
  // Nobody is spared a hint: it stands for what is durable.
  else if ('membershipRev' in audience && name !== 'sync.hinted') spared.push(laggingRoom)
  for (const room of rooms) broadcastEvent(namespace, room, [name, payload], spared)
}
