import type { Socket } from 'socket.io'
import { type Channel, channelName, parseChannel } from '../../core/channel.ts'
import type { Dialect, PlannedOperation } from '../../dialects/dialect.ts'

const prefixOf = (dialect: Dialect) => `${dialect.name}:`

/** The room of the sockets that hear a channel in one vocabulary. */
export const foreignRoom = (dialect: Dialect, channel: Channel): string => prefixOf(dialect) + channelName(channel)

/** The room of the sockets that joined a conversation by an event of this vocabulary. All of them also hear it. */
export const joinedRoom = (dialect: Dialect, conversationId: string): string =>
  `${prefixOf(dialect)}joined ${conversationId}`

/** Is it a room of this vocabulary: of a channel, or of a joined conversation? Compares only how its name begins. */
export const isRoomOf = (dialect: Dialect, room: string): boolean => room.startsWith(prefixOf(dialect))

/**
 * The channel of a room in any of these vocabularies; undefined for any other room, such as one of a joined
 * conversation.
 */
export function channelOfRoom(dialects: readonly Dialect[], room: string): Channel | undefined {
  const dialect = dialects.find((spoken) => isRoomOf(spoken, room))
  return dialect && parseChannel(room.slice(prefixOf(dialect).length))
}

/** The room of the sockets whose replay is running: events wait for them at their gates. */
export const holdingRoom = 'holding'

/** The room of the sockets that got messages of a conversation by a replay, which may still come as events, too. */
export const replayedRoom = (conversationId: string): string => `replayed ${conversationId}`

/** The room of the sockets that sent this message. */
export const sentRoom = (messageId: string): string => `sent ${messageId}`

/** A message may be broadcast after its sender was answered, but not after so many more messages of the sender. */
const mostRemembered = 300

/**
 * Remembers that this socket sends a message, so that the broadcast of the message leaves it out. Call this with the
 * operation before it runs, and call the returned function when the client has its answer: the message is forgotten
 * after 300 more of them. It does nothing for another operation, or if the socket has closed.
 */
export function noteSent(socket: Socket, { operation, input }: PlannedOperation): () => void {
  const id = operation === 'message.send' ? (input as { id?: unknown }).id : undefined
  if (typeof id !== 'string' || !socket.connected) return () => {}
  void socket.join(sentRoom(id))
  return () => {
    const answered: string[] = socket.data.answered ?? []
    socket.data.answered = answered
    answered.push(sentRoom(id))
    const oldest = answered.length > mostRemembered ? answered.shift() : undefined
    if (oldest) void socket.leave(oldest)
  }
}
