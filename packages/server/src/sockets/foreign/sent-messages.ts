import type { Socket } from 'socket.io'
import type { PlannedOperation } from '../../dialects/dialect.ts'
import { sentRoom } from './foreign-rooms.ts'

/** A message may be told to others after its sender was answered, but not behind so many later ones. */
const mostRemembered = 100

/** Remembers that this socket sends a message, so that it is left out when the message is told. */
export function noteSent(socket: Socket, { operation, input }: PlannedOperation): void {
  const id = operation === 'message.send' ? (input as { id?: unknown }).id : undefined
  if (typeof id !== 'string' || !socket.connected) return
  const rooms: string[] = socket.data.sent ?? []
  socket.data.sent = rooms
  rooms.push(sentRoom(id))
  void socket.join(sentRoom(id))
  const oldest = rooms.length > mostRemembered ? rooms.shift() : undefined
  if (oldest) void socket.leave(oldest)
}
