import type { Logger } from 'pino'
import type { Namespace, Socket } from 'socket.io'
import { behindEvent, behindRoom } from '../engine/outgoing-limit.ts'

/**
 * While too much waits for the socket, keeps it in `behindRoom`, without durable events. Later tells it to sync if it
 * missed any.
 */
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

/** Notes which sockets that are behind miss an event for these rooms. Returns the room to leave out of the event. */
export function leaveOutBehind({ adapter, sockets }: Namespace, rooms: readonly string[]): string {
  for (const id of adapter.rooms.get(behindRoom) ?? []) {
    const socket = sockets.get(id)
    if (socket && rooms.some((room) => adapter.rooms.get(room)?.has(id))) socket.data.hasMissed = true
  }
  return behindRoom
}
