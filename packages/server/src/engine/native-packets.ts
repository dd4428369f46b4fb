import type { Namespace, Socket } from 'socket.io'
import { PacketType } from 'socket.io-parser'
import { frameOf } from './join-frames.ts'
import type { WarnOfMissing } from './missing-members.ts'

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
    return void socket.onAny((name: string | number, ...args: unknown[]) => {
      if (!socket.connected) return
      const last = args.at(-1)
      const answer = typeof last === 'function' ? (reply: unknown) => void last(reply) : undefined
      take(String(name), args[0] === last && answer ? undefined : args[0], answer)
    })
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
export interface EventPacket {
  /** Where the frame cannot be used, Engine.IO takes the text. */
  data: string
  options: { compress: boolean; wsPreEncodedFrame: Buffer[] }
}

/** As Socket.IO encodes a broadcast, without its operators and sets. */
export function eventPacket(namespace: Namespace, name: string, payload: unknown): EventPacket {
  const beginning = `${PacketType.EVENT}${namespace.name},`
  const json = JSON.stringify([name, payload])
  return { data: beginning + json, options: { compress: false, wsPreEncodedFrame: [frameOf(beginning, json)] } }
}

/** Writes an event to the sockets of a room; an event for a room that is empty here is not even encoded. */
export function broadcastEvent(
  namespace: Namespace,
  room: string,
  [name, payload]: [string, unknown],
  except: readonly string[],
): void {
  const socketIds = namespace.adapter.rooms.get(room)
  if (!socketIds) return
  const { data, options } = eventPacket(namespace, name, payload)
  for (const id of socketIds) {
    const socket = namespace.sockets.get(id)
    if (socket && !except.some((other) => socket.rooms.has(other))) socket.conn.write(data, options)
  }
}
