import type { Namespace, Socket } from 'socket.io'
import { Decoder, Encoder, PacketType } from 'socket.io-parser'
import { type EngineConnection, type OutgoingPacket, withInternals } from './connection.ts'
import { takeByListener } from './documented-ways.ts'
import type { WarnOfMissing } from './missing-members.ts'

/**
 * Drops binary attachments, which Parley does not accept, instead of buffering them. A packet that announces some is decoded
 * at once, with placeholders in their place, which the schemas refuse; the bytes are dropped as they arrive.
 */
class PlainDecoder extends Decoder {
  private awaited = 0

  override add(packet: unknown): void {
    if (typeof packet !== 'string') {
      if (this.awaited === 0) throw new Error('bytes that were not announced')
      this.awaited--
      return
    }
    super.add(announcesBytes.test(packet) ? this.withoutBytes(packet) : packet)
  }

  private withoutBytes(packet: string): string {
    const [announced = '', type, count] = packet.match(/^([56])(\d+)-/) ?? []
    this.awaited += Number(count)
    if (!(this.awaited > 0 && this.awaited <= mostAttachments)) throw new Error('bytes of no or too many pieces')
    return (type === '5' ? PacketType.EVENT : PacketType.ACK) + packet.slice(announced.length)
  }
}

/** Socket.IO's packet types 5 and 6 are an event and an acknowledgement with bytes. */
const announcesBytes = /^[56]/
/** The same limit as in Socket.IO. */
const mostAttachments = 10

/** A value for Socket.IO's `parser` option: its own encoder, and a decoder that drops binary attachments. */
export const plainParser = { Encoder, Decoder: PlainDecoder }

/** Called with each event; without `answer` the client wants none. `data`: that of a successful reply as JSON, in pieces. */
export type TakeEvent = (name: string, input: unknown, answer?: (reply: unknown, data?: Pieces) => void) => void
type Pieces = readonly string[]

/** A method that Socket.IO calls for each received event and leaves out of its types. */
interface EventTarget {
  onevent?(packet: { data?: unknown[]; id?: number }): void
}

/**
 * Calls `take` with each event of the socket while it is connected; its own listeners get no more events. Overrides the
 * private `onevent`, which copies the arguments twice, creates an answer function, and waits a tick for listeners
 * (ADR 7). If a version of Socket.IO lacks that member, it calls `warn` and uses the catch-all listener.
 */
export function takeEvents(socket: Socket, take: TakeEvent, warn: WarnOfMissing): void {
  const target = socket as unknown as EventTarget
  if (typeof target.onevent !== 'function') {
    warn(['socket.onevent'])
    return void takeByListener(socket, take)
  }
  const { conn, nsp } = socket
  const { sendShared } = withInternals(conn)
  const answerTo = (id: number) => (reply: unknown, data?: Pieces) => {
    const beginning = `${PacketType.ACK}${nsp.name},${id}[`
    if (!data || !sendShared) return void conn.write(`${beginning}${JSON.stringify(reply)}]`)
    const frame = frameOf(beginning, '{"ok":true,"data":', ...data, '}]')
    sendShared({ type: 'message', data: undefined, options: { wsPreEncodedFrame: [frame] } }, '')
  }
  target.onevent = ({ data, id }) => {
    // An event that was decoded in the turn of the disconnection arrives after it.
    if (!socket.connected) return
    // The parser also accepts a number as the name of an event, or none at all.
    const [name, input] = (data ?? []) as [(string | number)?, unknown?]
    take(String(name), input, id === undefined ? undefined : answerTo(id))
  }
}

/** An event as a packet of Engine.IO, encoded once for all sockets of a namespace. */
export interface EventPacket extends OutgoingPacket {
  /** Used if the encoded frame cannot be. */
  data: string
  options: { compress: boolean; wsPreEncodedFrame: Buffer[] }
}

/** Encodes an event as a broadcast of Socket.IO does, for any sockets of this namespace. Sends nothing. */
export function eventPacket(namespace: Namespace, name: string, payload: unknown): EventPacket {
  // Socket.IO leaves out the name of the default namespace.
  const beginning = PacketType.EVENT + (namespace.name === '/' ? '' : `${namespace.name},`)
  const json = JSON.stringify([name, payload])
  const options = { compress: false, wsPreEncodedFrame: [frameOf(beginning, json)] }
  return { type: 'message', data: beginning + json, options }
}

/** Writes an event once to each socket of one or several rooms, unless it is in a room of `except`. */
export type Broadcast = (
  room: string | readonly string[],
  event: readonly [name: string, payload: unknown],
  except: readonly string[],
) => void

/** Makes the broadcast of a namespace. It writes before it returns, and encodes no event that no socket gets. */
export function createBroadcast(namespace: Namespace): Broadcast {
  const { adapter, sockets } = namespace
  /** Caches the connections of rooms: finding them costs more than writing to them, and rooms change rarely. */
  const known = new Map<string, EngineConnection[]>()
  const forget = (room: string) => void known.delete(room)
  adapter.on('join-room', forget).on('leave-room', forget)

  const connectionsIn = (rooms: readonly string[], except: readonly string[]): EngineConnection[] =>
    [...new Set(rooms.flatMap((room) => [...(adapter.rooms.get(room) ?? [])]))]
      .filter((id) => !except.some((other) => adapter.rooms.get(other)?.has(id)))
      .flatMap((id) => (sockets.get(id)?.conn as EngineConnection | undefined) ?? [])

  const allIn = (room: string): EngineConnection[] => {
    const found = known.get(room) ?? connectionsIn([room], [])
    if (found.length > 0) known.set(room, found)
    return found
  }

  return (given, [name, payload], except) => {
    const rooms = typeof given === 'string' ? [given] : given
    const [room = '', ...others] = rooms
    const isPlain = except.length === 0 && others.length === 0
    const connections = isPlain ? allIn(room) : connectionsIn(rooms, except)
    if (connections.length === 0) return
    const { type, data, options } = eventPacket(namespace, name, payload)
    // An encoded frame contains the text already: keeping both would double the memory.
    const shared = { type, data: undefined, options }
    for (const connection of connections) {
      if (connection.sendShared) connection.sendShared(shared, data)
      else connection.sendPacket(type, data, options)
    }
  }
}

/** Engine.IO's packet type for packets of Socket.IO. */
const message = '4'.charCodeAt(0)
/** First byte of a final text frame, which servers do not mask (RFC 6455, 5.2). */
const finalText = 0x81

/** The unmasked text frame of an Engine.IO message. It comes in pieces, because to join a long text copies it once more. */
export function frameOf(...pieces: Pieces): Buffer {
  const length = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 1)
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(header + length)
  frame[0] = finalText
  frame[1] = header === 2 ? length : header === 4 ? 126 : 127
  if (header === 4) frame.writeUInt16BE(length, 2)
  if (header === 10) frame.writeBigUInt64BE(BigInt(length), 2)
  frame[header] = message
  let at = header + 1
  for (const piece of pieces) at += frame.write(piece, at)
  return frame
}
