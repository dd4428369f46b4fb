import type { Logger } from 'pino'
import type { Namespace, Socket } from 'socket.io'
import { behindEvent, behindRoom } from '../engine/outgoing-limit.ts'

/** A socket for which too much waits is told no durable event, and is told to sync once it keeps up again. */
export function followBehind(socket: Socket, log: Logger): void {
  socket.conn.on(behindEvent, (isBehind: boolean) => {
    if (!socket.connected) return
    if (isBehind) {
      log.debug('a socket that is behind is told to sync in place of events')
      return void socket.join(behindRoom)
    }
    void socket.leave(behindRoom)
    if (!socket.data.hasMissed) return
    socket.data.hasMissed = false
    socket.emit('sync.hinted', {})
  })
}

/** The room to be left out of an event for these rooms; those in it remember that they missed something. */
export function spareThoseBehind({ adapter, sockets }: Namespace, rooms: readonly string[]): string {
  for (const id of adapter.rooms.get(behindRoom) ?? []) {
    const socket = sockets.get(id)
    if (socket && rooms.some((room) => adapter.rooms.get(room)?.has(id))) socket.data.hasMissed = true
  }
  return behindRoom
}
