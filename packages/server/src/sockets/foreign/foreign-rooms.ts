import { type Channel, channelName, parseChannel } from '../../core/channel.ts'
import type { Dialect } from '../../dialects/dialect.ts'

const prefixOf = (dialect: Dialect) => `${dialect.name}:`

/** The room of the sockets that hear a channel in one vocabulary. */
export const foreignRoom = (dialect: Dialect, channel: Channel): string => prefixOf(dialect) + channelName(channel)

export const isRoomOf = (dialect: Dialect, room: string): boolean => room.startsWith(prefixOf(dialect))

/** The channel of a room in any of these vocabularies; undefined for any other room. */
export function channelOfRoom(dialects: readonly Dialect[], room: string): Channel | undefined {
  const dialect = dialects.find((spoken) => isRoomOf(spoken, room))
  return dialect && parseChannel(room.slice(prefixOf(dialect).length))
}
