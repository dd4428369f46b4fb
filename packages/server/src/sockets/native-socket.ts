import { randomUUID } from 'node:crypto'
import { events, type OperationName, operations, type Reply } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Namespace, Server, Socket } from 'socket.io'
import type { Identity } from '../auth/authenticate.ts'
import { channelName } from '../core/channel.ts'
import type { Connection } from '../core/connections.ts'
import type { Delivery } from '../core/delivery.ts'
import { shortened, toWireError } from '../core/operation-error.ts'
import { jsonPieces } from '../core/rows/answer-json.ts'
import { behindRoom, drained, laggingRoom } from '../engine/outgoing-limit.ts'
import { type Broadcast, createBroadcast, type TakeEvent, takeEvents } from '../engine/packets.ts'
import { admitNative } from './admission/native-admission.ts'
import { followBehind, leaveOutBehind } from './behind.ts'
import { openConnection } from './native-connection.ts'
import { nativePresence } from './native-presence.ts'
import { QueryTurns, tooManyQueries } from './query-turns.ts'
import { runForSocket } from './socket-failures.ts'
import type { NamespaceSenders, SocketOptions } from './socket-options.ts'

/** Serves namespace `/v1`, on which an event requests an operation. Returns what sends deliveries to its sockets. */
export function serveNative(io: Server, options: SocketOptions): NamespaceSenders {
  const namespace = io.of('/v1')
  namespace.use(admitNative(options))
  namespace.on('connection', (socket) => followBehind(socket, options.log))
  namespace.on('connection', (socket) => runForSocket(socket, options.log, () => serve(socket, options)))
  const broadcast = createBroadcast(namespace)
  return {
    sockets: namespace.sockets,
    send: (delivery) => send(namespace, broadcast, delivery),
    presence: nativePresence(namespace, options.store),
  }
}

function serve(socket: Socket, options: SocketOptions): void {
  const { connections, audiences, warnOfMissing } = options
  const connection = openConnection(socket, socket.data.identity as Identity, options)
  // The client's first operation must run after it began to listen: it could miss a change between the two.
  let entered: Promise<void> | undefined = audiences
    .enter(connection)
    .then(
      () => {
        if (isOpen(socket, connection)) connections.entered(connection)
      },
      () => void socket.disconnect(true),
    )
    .finally(() => {
      entered = undefined
    })
  const run = operationRunner(socket, connection, options)
  const take: TakeEvent = (name, input, answer) => {
    if (entered) void entered.then(() => run(name, input, answer))
    else run(name, input, answer)
  }
  takeEvents(socket, take, warnOfMissing)
}

/** Is it connected and not ended? A connection that was ended closes only after the turn. */
const isOpen = (socket: Socket, { caller }: Connection) => socket.connected && !caller.socket?.hasEnded

/** Runs the operations that a socket asks for, and answers each; queries take turns. */
function operationRunner(socket: Socket, connection: Connection, { runOperation, log }: SocketOptions): TakeEvent {
  const turns = new QueryTurns(() => drained(socket.conn))
  return (name, input, answer) => {
    // For a socket that has gone or may no longer act, operations that waited for its entry are not run either.
    if (!isOpen(socket, connection)) return
    const give = (reply: Reply<unknown>) => {
      if (answer) answer(reply, reply.ok && isQuery(name) ? jsonPieces(reply.data) : undefined)
      else if (!reply.ok) socket.emit('operation.failed', { operation: shortened(name, 100), error: reply.error })
    }
    const reply = (given: Reply<unknown>) => giveAnswer(give, given, log)
    const respond = () => runOperation(name, input, connection.caller).then(reply)
    if (!isQuery(name)) void respond()
    else if (!turns.take(async () => (isOpen(socket, connection) ? respond() : undefined)))
      reply({ ok: false, error: toWireError(tooManyQueries(), randomUUID()) })
  }
}

type Give = (reply: Reply<unknown>) => void

/** Gives an answer. If it cannot be encoded, the caller gets a failure in its place; throws nothing. */
function giveAnswer(give: Give, reply: Reply<unknown>, log: Logger): void {
  try {
    give(reply)
  } catch (error) {
    const requestId = randomUUID()
    log.error({ err: error, requestId }, 'answer failed')
    try {
      give({ ok: false, error: toWireError(error, requestId) })
    } catch {
      // The connection itself is broken, and will end.
    }
  }
}

const isQuery = (name: string) => Object.hasOwn(operations, name) && operations[name as OperationName].kind === 'query'

function send(namespace: Namespace, broadcast: Broadcast, { name, payload, audience, only }: Delivery): void {
  if (only === 'foreign') return
  const spared = [audience.except ?? []].flat().map(channelName)
  const rooms = audience.channels.map(channelName)
  if (events[name].durable) {
    if (namespace.adapter.rooms.has(behindRoom)) spared.push(leaveOutBehind(namespace, rooms))
  }
  // A lagging socket still gets hints to sync, because they stand for durable events.
  else if ('membershipRev' in audience && name !== 'sync.hinted') spared.push(laggingRoom)
  for (const room of rooms) broadcast(room, [name, payload], spared)
}
