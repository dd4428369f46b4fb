import type { Socket } from 'socket.io'
import type { Dialect } from '../../dialects/dialect.ts'
import { foreignRoom, isRoomOf, joinedRoom } from './foreign-rooms.ts'

export type ForeignHearing = ReturnType<typeof createForeignHearing>

/**
 * The conversations and vocabularies that one socket hears; at first no conversations. Until its first known event it
 * hears all vocabularies, because it has not shown which one it speaks, and then only those that know all such events.
 * `mute` stops conversations, which `hear` leaves out until `unmute`; `unmute` alone does not make the socket hear them
 * again.
 */
export function createForeignHearing(socket: Socket, dialects: readonly Dialect[]) {
  let vocabulary = dialects
  const muted = new Set<string>()
  const rooms = (ids: readonly string[]) =>
    vocabulary.flatMap((dialect) => ids.map((id) => foreignRoom(dialect, { kind: 'conversation', id })))
  const joined = (ids: readonly string[]) => vocabulary.flatMap((dialect) => ids.map((id) => joinedRoom(dialect, id)))
  const hears = (id: string) => rooms([id]).some((room) => socket.rooms.has(room))
  const stopHearing = (id: string) => {
    for (const room of [...rooms([id]), ...joined([id])]) void socket.leave(room)
  }
  const narrow = (spoken: readonly Dialect[]) => {
    const others = vocabulary.filter((dialect) => !spoken.includes(dialect))
    vocabulary = spoken
    for (const room of socket.rooms) if (others.some((dialect) => isRoomOf(dialect, room))) void socket.leave(room)
  }

  return {
    vocabulary: () => vocabulary,
    hears,
    hear: (ids: readonly string[]) => {
      // A socket that closed meanwhile would stay in its rooms for ever.
      if (socket.connected) void socket.join(rooms(ids.filter((id) => !muted.has(id))))
    },
    stopHearing,
    /** Stops hearing these conversations, and makes `hear` leave them out until `unmute`. */
    mute: (ids: readonly string[]) => {
      for (const id of ids) {
        muted.add(id)
        stopHearing(id)
      }
    },
    /** Ends the muting of these conversations; true if any was muted. */
    unmute: (ids: readonly string[]): boolean => ids.filter((id) => muted.delete(id)).length > 0,
    /** Marks those of these conversations that the socket hears as joined. */
    join: (ids: readonly string[]) => {
      if (socket.connected) void socket.join(joined(ids.filter(hears)))
    },
    /** The dialect of an event; undefined if none knows it. The first known event decides for all later ones. */
    dialectOf: (event: string): Dialect | undefined => {
      const speaking = vocabulary.filter((dialect) => Object.hasOwn(dialect.incoming, event))
      if (speaking.length > 0 && speaking.length < vocabulary.length) narrow(speaking)
      return speaking[0]
    },
  }
}
