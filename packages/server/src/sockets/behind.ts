import type { Logger } from 'pino'
import type { Namespace, Socket } from 'socket.io'
import { behindEvent, behindRoom } from '../engine/outgoing-limit.ts'

/**
 * Keeps the socket in `behindRoom` while too much waits for it, from now on; call this once for each socket. When it
 * keeps up again, it gets `sync.hinted` if `leaveOutBehind` noted that it missed an event.
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

/**
 * Notes for each socket that is behind and in one of these rooms that it misses an event. Returns `behindRoom`, which
 * the caller must leave out of this event.
 */
export function leaveOutBehind({ adapter, sockets }: Namespace, rooms: readonly string[]): string {
  for (const id of adapter.rooms.get(behindRoom) ?? []) {
    const socket = sockets.get(id)
    if (socket && rooms.some((room) => adapter.rooms.get(room)?.has(id))) socket.data.hasMissed = true
  }
  return behindRoom
}
