import { events, type Presence } from '@parley/protocol'
import type { Namespace, Server, Socket } from 'socket.io'
import type { Identity } from '../../auth/authenticate.ts'
import { tokenOf } from '../../auth/bearer-token.ts'
import type { Delivery } from '../../core/delivery.ts'
import { slicesOf } from '../../core/limits/answer-budget.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { Dialect, Emission } from '../../dialects/dialect.ts'
import { laggingRoom } from '../../engine/outgoing-limit.ts'
import type { Store } from '../../storage/store.ts'
import { lateEvent } from '../admission/anonymous-connections.ts'
import { hasTooMany, refuse } from '../admission/socket-admission.ts'
import { hangUp } from '../hang-up.ts'
import type { PresenceSender } from '../presence-lane.ts'
import { runForSocket } from '../socket-failures.ts'
import type { ForeignSocketOptions, NamespaceSenders } from '../socket-options.ts'
import { connectForeign, timeNow } from './foreign-connection.ts'
import { foreignRoom } from './foreign-rooms.ts'

/**
 * Foreign clients: Socket.IO's default namespace, on `/socket.io` with a token at the handshake, or on `/io` with an
 * `authenticate` event after it. What they say and hear is the dialects' business; here it is only carried.
 */
export function serveForeign(io: Server, options: ForeignSocketOptions): NamespaceSenders {
  const namespace = io.of('/')
  namespace.use((socket, next) => {
    if (authenticatesLater(socket)) return next()
    const token = tokenOf(socket.handshake)
    const refuseWith = (error: unknown, sentence: string) => {
      options.handshakes.refused(error)
      refuse(socket, next, new Error(sentence))
    }
    if (token === undefined) return refuseWith(new OperationError('unauthenticated'), 'Authentication required')
    options.authenticate({ token, headers: socket.handshake.headers }).then(
      (identity) => {
        if (!identity) return refuseWith(new OperationError('unauthenticated'), 'Invalid token')
        socket.data.identity = identity
        next()
      },
      (error) => refuseWith(error, 'Invalid token'),
    )
  })
  namespace.on('connection', (socket) => {
    if (authenticatesLater(socket)) awaitAuthentication(socket, options)
    else runForSocket(socket, options.log, () => connectForeign(socket, socket.data.identity, options))
  })
  return {
    sockets: namespace.sockets,
    send: (delivery) => send(namespace, options.dialects, delivery),
    presence: foreignPresence(namespace, options),
  }
}

const authenticatesLater = (socket: Socket) => socket.handshake.url.startsWith('/io')

function awaitAuthentication(socket: Socket, options: ForeignSocketOptions): void {
  // A client that was sent away in this way does not come back by itself, to be late again.
  socket.conn.once(lateEvent, () => socket.disconnect(true))
  let pings: NodeJS.Timeout | undefined
  socket.on('disconnect', () => clearInterval(pings))
  const enter = async (argument: unknown) => {
    const identity = await identify(socket, argument, options).catch((error) => void options.handshakes.refused(error))
    if (!socket.connected) return
    const isOneTooMany = hasTooMany(options.connections, identity)
    if (!identity || isOneTooMany) {
      const message = isOneTooMany ? 'Too many connections!' : 'Invalid token to authenticate! Please login again!'
      socket.emit('unauthenticated', { message, time: timeNow() })
      setImmediate(() => socket.disconnect(true))
      return
    }
    socket.data.identity = identity
    options.anonymous.identified(socket.conn)
    const entered = connectForeign(socket, identity, options)
    const ping = () => void socket.emit('ping', { time: timeNow() })
    await entered
    // It may have gone, or been sent away, while it entered: nothing would ever stop its pings.
    if (!socket.connected) return
    ping()
    pings = setInterval(ping, options.pingMs).unref()
    socket.emit('authenticated', { id: socket.id, time: timeNow() })
  }
  socket.once('authenticate', (argument: unknown) => runForSocket(socket, options.log, () => enter(argument)))
}

/** Shown with the event itself, or else at the handshake. */
async function identify(socket: Socket, argument: unknown, { authenticate }: ForeignSocketOptions): Promise<Identity> {
  const { auth, headers } = socket.handshake
  const shown = typeof argument === 'object' && argument !== null && 'token' in argument ? argument : auth
  const identity = await authenticate({ token: tokenOf({ auth: shown, headers }), headers })
  if (!identity) throw new OperationError('unauthenticated')
  return identity
}

function send(namespace: Namespace, dialects: readonly Dialect[], delivery: Delivery): void {
  const { name, audience, only } = delivery
  if (only === 'native') return
  const isOfMembers = 'membershipRev' in audience
  for (const dialect of dialects) {
    const except = [audience.except ?? []].flat().map((channel) => foreignRoom(dialect, channel))
    if (isOfMembers && !events[name].durable) except.push(laggingRoom)
    const rooms = audience.channels.map((channel) => foreignRoom(dialect, channel))
    if (name === 'sync.hinted') sendAway(namespace, rooms)
    else if (rooms.length > 0) {
      emit(namespace, rooms, translate(dialect, delivery, isOfMembers ? audience.about : null), except)
    }
  }
}

/** A client that missed too much, and has no sync, comes again over a new connection and loads what it shows. */
function sendAway({ adapter, sockets }: Namespace, rooms: readonly string[]): void {
  for (const id of rooms.flatMap((room) => [...(adapter.rooms.get(room) ?? [])])) {
    const socket = sockets.get(id)
    if (socket) hangUp(socket.conn, 'Too much was missed.')
  }
}

type Translate = (payload: unknown, about: unknown) => Emission[]

// The name decides the payload's type; that the two belong together is checked where the delivery is made.
const translate = (dialect: Dialect, { name, payload }: Delivery, about: unknown): Emission[] =>
  (dialect.outgoing[name] as Translate | undefined)?.(payload, about) ?? []

const emit = (namespace: Namespace, rooms: string[], emissions: readonly Emission[], except: string[] = []) => {
  for (const { event, payload } of emissions) namespace.to(rooms).except(except).emit(event, payload)
}

/** So many people are looked up, and their statuses sent, in one slice. */
const mostPeople = 10

/** A foreign client cannot say whom it watches, so it hears of everybody with whom it shares a conversation. */
const foreignPresence = (namespace: Namespace, options: ForeignSocketOptions): PresenceSender => ({
  isHeard: () => namespace.sockets.size > 0,
  tell: (userId, presence) => {
    for (const dialect of options.dialects) {
      const room = foreignRoom(dialect, { kind: 'user', id: userId })
      emit(namespace, [room], translate(dialect, watchedDelivery(presence), null))
    }
  },
  send: async (presences, isLatest) => {
    for (const some of slicesOf(presences, mostPeople)) {
      if (namespace.sockets.size === 0) return
      await sliceOrder.next()
      await sendPresences(namespace, options, some, isLatest)
    }
  },
})

async function sendPresences(
  namespace: Namespace,
  { audiences, dialects, store }: ForeignSocketOptions,
  presences: readonly Presence[],
  isLatest: (presence: Presence) => boolean,
): Promise<void> {
  const memberships = await store.memberships.heardBy(presences.map(({ userId }) => userId))
  for (const row of memberships) {
    const reading = audiences.bringTo(row.conversation_id, row.membership_rev)
    if (reading) await reading
  }
  const blocked = await blockedListeners(store, presences)
  const idsOf = Map.groupBy(memberships, (row) => row.user_id)
  for (const presence of presences) {
    const delivery = watchedDelivery(presence)
    const hidden = blocked.get(presence.userId) ?? []
    for (const dialect of dialects) {
      const rooms = (idsOf.get(presence.userId) ?? []).map((row) =>
        foreignRoom(dialect, { kind: 'conversation', id: row.conversation_id }),
      )
      if (rooms.length > 0 && isLatest(presence)) {
        const except = hidden.map(({ other }) => foreignRoom(dialect, { kind: 'user', id: other }))
        emit(namespace, rooms, translate(dialect, delivery, null), [laggingRoom, ...except])
      }
    }
  }
}

const watchedDelivery = (presence: Presence): Delivery => ({
  name: 'presence.updated',
  payload: presence,
  audience: { channels: [{ kind: 'watchers', id: presence.userId }] },
})

/** By each of these people, those who must not see when they are there: a block is between them. */
const blockedListeners = async (store: Store, presences: readonly Presence[]) =>
  Map.groupBy(await store.blocks.around(presences.map(({ userId }) => userId)), ({ one }) => one)
