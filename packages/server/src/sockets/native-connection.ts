import type { Socket } from 'socket.io'
import type { Identity } from '../auth/authenticate.ts'
import { channelName } from '../core/channel.ts'
import { type Connection, type Connections, socketCaller } from '../core/connections.ts'
import type { CallerSocket } from '../core/context.ts'
import { type ReauthenticationOptions, reauthenticate, replaceToken } from './admission/reauthentication.ts'
import { Deadline } from './deadline.ts'
import { watch } from './native-presence.ts'

const conversationRoom = (id: string) => channelName({ kind: 'conversation', id })

interface NativeConnectionOptions extends ReauthenticationOptions {
  connections: Connections
}

/**
 * Adds a signed-in socket to the connections of this node, until it disconnects or its session ends, and returns its
 * connection. From now on the socket gets the events of its user, but those of a conversation only after `hear`. Here
 * begin the time to its expiry, before which it gets `session.expiring`, and its regular authentication.
 */
export function openConnection(socket: Socket, identity: Identity, options: NativeConnectionOptions): Connection {
  const { connections } = options
  const deadline = new Deadline(
    (expiresAt) => void socket.emit('session.expiring', { expiresAt }),
    () => connection.end('expired'),
  )
  // Socket.IO would keep a socket that has gone in its rooms for ever; one that has ended closes only after this turn.
  const isOpen = () => socket.connected && !own.hasEnded
  const own: CallerSocket = {
    renew: (expiresAt, token) => {
      if (token !== undefined) replaceToken(socket, token)
      deadline.renew(expiresAt)
    },
    watch: (userIds) => {
      if (isOpen()) watch(socket, userIds)
    },
    hasEnded: false,
  }
  const connection: Connection = {
    caller: socketCaller(identity, own),
    accessRev: identity.accessRev,
    appearsOffline: identity.appearsOffline,
    hear: (conversationIds) => {
      if (isOpen()) void socket.join(conversationIds.map(conversationRoom))
    },
    stopHearing: (conversationId) => void socket.leave(conversationRoom(conversationId)),
    end: (reason) => {
      if (own.hasEnded) return
      own.hasEnded = true
      connections.remove(connection)
      for (const room of socket.rooms) void socket.leave(room)
      socket.emit('session.ended', { reason })
      // A caller who signs out over this socket still gets the answer.
      setImmediate(() => socket.disconnect(true))
    },
  }
  connections.add(connection)
  void socket.join(channelName({ kind: 'user', id: identity.user.id }))
  if (identity.expiresAt !== null) deadline.renew(identity.expiresAt)
  socket.on('disconnect', () => {
    deadline.close()
    connections.remove(connection)
  })
  reauthenticate(socket, connection, options)
  return connection
}
