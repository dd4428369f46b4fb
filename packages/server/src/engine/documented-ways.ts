import type { Socket } from 'socket.io'
import type { EngineConnection, OutgoingPacket } from './connection.ts'
import type { OutgoingLimit } from './outgoing-limit.ts'
import type { TakeEvent } from './packets.ts'

/*
 * Slower replacements that use only documented API of Socket.IO and Engine.IO, for versions that lack an undocumented
 * member.
 */

/**
 * Calls `take` with each event of the socket while it is connected: with the first argument, and with the last one as
 * the answer if it is a function. It uses the catch-all listener.
 */
export function takeByListener(socket: Socket, take: TakeEvent): void {
  socket.onAny((name: string | number, ...args: unknown[]) => {
    if (!socket.connected) return
    const last = args.at(-1)
    const answer = typeof last === 'function' ? (reply: unknown) => void last(reply) : undefined
    take(String(name), args[0] === last && answer ? undefined : args[0], answer)
  })
}

/**
 * Listens to the events of the connection from now on. When a packet is made that the transport cannot write at once,
 * it calls `limit` with all packets that wait since the last flush.
 */
export function limitByEvents(connection: EngineConnection, limit: OutgoingLimit): void {
  let waiting: OutgoingPacket[] = []
  connection.on('flush', () => {
    waiting = []
  })
  connection.on('packetCreate', (packet: OutgoingPacket) => {
    waiting.push(packet)
    if (!connection.transport.writable) limit(connection, waiting)
  })
}
