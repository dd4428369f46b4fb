import { events } from '@parley/protocol'
import type { Namespace, Socket } from 'socket.io'
import type { Identity } from '../../auth/authenticate.ts'
import type { Send } from '../../core/audience/broadcast.ts'
import type { Delivery } from '../../core/delivery.ts'
import type { Dialect, Emission } from '../../dialects/dialect.ts'
import { laggingRoom } from '../../engine/outgoing-limit.ts'
import { type Broadcast, createBroadcast } from '../../engine/packets.ts'
import { hangUp } from '../hang-up.ts'
import { createOfferLane } from '../lanes/offer-lane.ts'
import type { StatusLane } from '../lanes/status-lane.ts'
import type { ForeignSocketOptions } from '../socket-options.ts'
import type { ForeignGate } from './foreign-gate.ts'
import type { ForeignReceipts } from './foreign-receipts.ts'
import { foreignRoom, holdingRoom, joinedRoom, replayedRoom, sentRoom } from './foreign-rooms.ts'
import { hasWordsFor, translate, translateForAll } from './foreign-words.ts'

interface ForeignBroadcastOptions
  extends Pick<ForeignSocketOptions, 'dialects' | 'planCallerOf' | 'fileLinks' | 'readOfferEdits' | 'log'> {
  receipts: ForeignReceipts
  statuses: StatusLane
}

/**
 * Makes the function that sends an event to the foreign sockets that hear it, in the words of each vocabulary, and
 * gives new messages to `receipts` and receipts to `statuses`. It translates once for each vocabulary that a socket
 * hears, or for each user if the event has addresses of files. Decisions about offers follow later, as edits, where a
 * vocabulary has no words for them. Sockets whose replay runs get the event through their gates; those that lag get no
 * ephemeral event of a conversation. `sync.hinted` closes the transports of those that hear it, which connect again.
 * Deliveries for native sockets only are ignored.
 */
export function createForeignBroadcast(
  namespace: Namespace,
  { dialects, receipts, statuses, readOfferEdits, log, ...lent }: ForeignBroadcastOptions,
): Send {
  const sending = { broadcast: createBroadcast(namespace), ...lent }
  const roomsOf = (dialect: Dialect, { audience }: Delivery) =>
    audience.channels.map((channel) => foreignRoom(dialect, channel)).filter(isOpenIn(namespace))
  const offers = createOfferLane(readOfferEdits, log, (delivery) => {
    for (const dialect of dialects) {
      const rooms = dialect.tellsOffersAsEdits ? roomsOf(dialect, delivery) : []
      if (rooms.length > 0) sendIn(namespace, sending, { dialect, delivery, rooms })
    }
  })
  return (delivery) => {
    const { name, only } = delivery
    if (only === 'native') return
    let [isHeard, tellsOffers] = [false, false]
    for (const dialect of dialects) {
      const rooms = roomsOf(dialect, delivery)
      if (rooms.length === 0) continue
      isHeard = true
      if (name === 'sync.hinted') sendAway(namespace, rooms)
      else if (name === 'receipt.updated' && dialect.statuses) statuses.add(dialect, delivery)
      if (hasWordsFor(dialect, delivery)) sendIn(namespace, sending, { dialect, delivery, rooms })
      if (dialect.tellsOffersAsEdits) tellsOffers = true
    }
    if (tellsOffers) offers.add(delivery)
    if (isHeard && name === 'message.created') receipts.sent(delivery.payload)
  }
}

const isOpenIn =
  ({ adapter }: Namespace) =>
  (room: string) =>
    adapter.rooms.has(room)

interface Spoken {
  dialect: Dialect
  delivery: Delivery
  rooms: readonly string[]
}

interface Sending extends Pick<ForeignSocketOptions, 'planCallerOf' | 'fileLinks'> {
  broadcast: Broadcast
}

function sendIn(namespace: Namespace, sending: Sending, spoken: Spoken): void {
  const { dialect, delivery, rooms } = spoken
  const { audience, name } = delivery
  const isOfMembers = 'membershipRev' in audience
  const except = [audience.except ?? []].flat().map((channel) => foreignRoom(dialect, channel))
  if (isOfMembers && !events[name].durable) except.push(laggingRoom)
  if (dialect.spares === 'sender') except.push(...sentRoomsOf(delivery))
  const gates = [holdingRoom, ...(isOfMembers ? [replayedRoom(audience.channels[0].id)] : [])]
  const spared = except.filter(isOpenIn(namespace))
  // Most of the time there are no gated sockets.
  const gated = gates.filter(isOpenIn(namespace))
  if (gated.length > 0) passGates(namespace, spoken, { gated, spared })
  const closed = [...spared, ...gated]
  const emissions = translateForAll(dialect, delivery, sending.fileLinks)
  if (!emissions) sendToEach(namespace, sending, spoken, closed)
  for (const emission of emissions ?? []) {
    sending.broadcast(roomsFor(emission, spoken, rooms), [emission.event, emission.payload], closed)
  }
}

/** Sends an event that has addresses of files, translated for each user who hears it. */
function sendToEach(
  { adapter, sockets }: Namespace,
  { broadcast, planCallerOf }: Sending,
  { dialect, delivery, rooms }: Spoken,
  closed: readonly string[],
): void {
  const ids = new Set(rooms.flatMap((room) => [...(adapter.rooms.get(room) ?? [])]))
  const hearing = [...ids].flatMap((id) => sockets.get(id) ?? [])
  const userOf = ({ data }: Socket) => (data.identity as Identity).user
  for (const ofUser of Map.groupBy(hearing, (socket) => userOf(socket).id).values()) {
    const [first] = ofUser as [Socket]
    for (const { event, payload } of translate(dialect, delivery, planCallerOf(userOf(first)))) {
      broadcast(
        ofUser.map(({ id }) => id),
        [event, payload],
        closed,
      )
    }
  }
}

const roomsFor = ({ to }: Emission, { dialect, delivery: { audience } }: Spoken, rooms: readonly string[]) =>
  to === 'joined' ? audience.channels.map(({ id }) => joinedRoom(dialect, id)) : rooms

/** The rooms of the sockets that sent these messages, which have them from the answer. */
const sentRoomsOf = ({ name, payload }: Delivery): string[] =>
  name === 'message.created' ? (payload.messages ?? []).map(({ id }) => sentRoom(id)) : []

/** Gives the delivery to the gates of those gated sockets that hear it in this vocabulary. */
function passGates(
  { adapter, sockets }: Namespace,
  { dialect, delivery, rooms }: Spoken,
  { gated, spared }: { gated: readonly string[]; spared: readonly string[] },
): void {
  const isIn = (some: readonly string[], id: string) => some.some((room) => adapter.rooms.get(room)?.has(id))
  const ids = new Set(gated.flatMap((room) => [...(adapter.rooms.get(room) ?? [])]))
  for (const id of ids) {
    if (!isIn(rooms, id) || isIn(spared, id)) continue
    const gate: ForeignGate | undefined = sockets.get(id)?.data.gate
    gate?.take(delivery, dialect)
  }
}

/** Closes the transports of clients that missed too much. They cannot sync, so they connect again and get a replay. */
function sendAway({ adapter, sockets }: Namespace, rooms: readonly string[]): void {
  for (const id of rooms.flatMap((room) => [...(adapter.rooms.get(room) ?? [])])) {
    const socket = sockets.get(id)
    if (socket) hangUp(socket.conn, 'Too much was missed.')
  }
}
