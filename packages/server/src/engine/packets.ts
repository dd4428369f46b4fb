import type { Namespace, Socket } from 'socket.io'
import { Decoder, Encoder, PacketType } from 'socket.io-parser'
import type { EngineConnection, OutgoingPacket } from './connection.ts'
import { takePlainly } from './documented-ways.ts'
import type { WarnOfMissing } from './missing-members.ts'

/**
 * Parley takes no bytes, so none are kept until the rest of a packet comes: what announces some is handed over at once, with
 * the announcements in their place, which no operation takes, and the bytes are dropped as they arrive.
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
/** As Socket.IO has it. */
const mostAttachments = 10

/** In the form of Socket.IO's `parser` option. */
export const plainParser = { Encoder, Decoder: PlainDecoder }

/** An event as it came; undefined where the client wants no answer. */
export type TakeEvent = (name: string, input: unknown, answer: ((reply: unknown) => void) | undefined) => void

/** What Socket.IO keeps from its types, and calls for each packet that is an event. */
interface EventTarget {
  onevent?(packet: { data?: unknown[]; id?: number }): void
}

/**
 * Overrides the private `onevent` to skip Socket.IO's own way of an event, which copies the arguments twice, makes a
 * function to answer with, and waits a tick for listeners of that name, which are none (ADR 7). Where Socket.IO has no
 * such member any more, its catch-all listener gives the same events.
 */
export function takeEvents(socket: Socket, take: TakeEvent, warn: WarnOfMissing): void {
  const target = socket as unknown as EventTarget
  if (typeof target.onevent !== 'function') {
    warn(['socket.onevent'])
    return void takePlainly(socket, take)
  }
  const { conn, nsp } = socket
  const answerTo = (id: number) => (reply: unknown) =>
    conn.write(`${PacketType.ACK}${nsp.name},${id}[${JSON.stringify(reply)}]`)
  target.onevent = ({ data, id }) => {
    // What was decoded in the turn in which the socket was disconnected comes after it.
    if (!socket.connected) return
    // The parser also lets a number pass as the name of an event, or nothing at all.
    const [name, input] = (data ?? []) as [(string | number)?, unknown?]
    take(String(name), input, id === undefined ? undefined : answerTo(id))
  }
}

/** An event as Engine.IO takes it, encoded once for all sockets of the namespace that it is written to. */
export interface EventPacket extends OutgoingPacket {
  /** Where the frame cannot be used, Engine.IO takes the text. */
  data: string
  options: { compress: boolean; wsPreEncodedFrame: Buffer[] }
}

/** As Socket.IO encodes a broadcast, without its operators and sets. */
export function eventPacket(namespace: Namespace, name: string, payload: unknown): EventPacket {
  // Socket.IO leaves out the name of the default namespace.
  const beginning = PacketType.EVENT + (namespace.name === '/' ? '' : `${namespace.name},`)
  const json = JSON.stringify([name, payload])
  const options = { compress: false, wsPreEncodedFrame: [frameOf(beginning, json)] }
  return { type: 'message', data: beginning + json, options }
}

/** Writes an event, once to each, to the sockets of a room or of several that are in none of the rooms `except`. */
export type Broadcast = (
  room: string | readonly string[],
  event: readonly [name: string, payload: unknown],
  except: readonly string[],
) => void

/** An event for a room that is empty here is not even encoded. */
export function createBroadcast(namespace: Namespace): Broadcast {
  const { adapter, sockets } = namespace
  /** To find the connections of a room costs more than to write to them, and most rooms stay as they are for long. */
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
    // A frame that is made holds the text already, and may wait long.
    const shared = { type, data: undefined, options }
    for (const connection of connections) {
      if (connection.sendShared) connection.sendShared(shared, data)
      else connection.sendPacket(type, data, options)
    }
  }
}

/** Engine.IO's type of everything that Socket.IO says. */
const message = '4'.charCodeAt(0)
/** A final frame of text, which no server masks (RFC 6455, 5.2). */
const finalText = 0x81

/** The frame of a text, given in pieces of which all but the last are ASCII, so that a long one is not copied before. */
export function frameOf(beginning: string, rest: string): Buffer {
  const length = 1 + beginning.length + Buffer.byteLength(rest)
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(header + length)
  frame[0] = finalText
  frame[1] = header === 2 ? length : header === 4 ? 126 : 127
  if (header === 4) frame.writeUInt16BE(length, 2)
  if (header === 10) frame.writeBigUInt64BE(BigInt(length), 2)
  frame[header] = message
  frame.write(beginning, header + 1, 'latin1')
  frame.write(rest, header + 1 + beginning.length)
  return frame
}
