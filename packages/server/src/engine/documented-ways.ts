import type { Socket } from 'socket.io'
import type { EngineConnection, OutgoingPacket } from './connection.ts'
import type { OutgoingLimit } from './outgoing-limit.ts'
import type { TakeEvent } from './packets.ts'

/*
 * The slower ways by what Socket.IO and Engine.IO document, taken where a member is missing that we rely on.
 */

/** Takes events by the catch-all listener. */
export function takePlainly(socket: Socket, take: TakeEvent): void {
  socket.onAny((name: string | number, ...args: unknown[]) => {
    if (!socket.connected) return
    const last = args.at(-1)
    const answer = typeof last === 'function' ? (reply: unknown) => void last(reply) : undefined
    take(String(name), args[0] === last && answer ? undefined : args[0], answer)
  })
}

/** Counts what waits by the events of a connection. */
export function limitPlainly(connection: EngineConnection, limit: OutgoingLimit): void {
  let waiting: OutgoingPacket[] = []
  connection.on('flush', () => {
    waiting = []
  })
  connection.on('packetCreate', (packet: OutgoingPacket) => {
    waiting.push(packet)
    if (!connection.transport.writable) limit(connection, waiting)
  })
}
