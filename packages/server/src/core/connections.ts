import type { User } from '@parley/protocol'
import type { Identity } from '../auth/authenticate.ts'
import type { Caller, CallerSocket } from './context.ts'

/** A signed-in socket of this node, in any vocabulary. */
export interface Connection {
  caller: Caller
  /** From now on it hears the live events of these conversations. */
  hear(conversationIds: readonly string[]): void
  stopHearing(conversationId: string): void
  /** Says why, and closes. */
  end(reason: 'expired' | 'revoked'): void
}

export const socketCaller = (identity: Identity, socket: CallerSocket): Caller => ({
  user: identity.user,
  sessionId: identity.sessionId,
  socket,
})

interface ConnectionListener {
  entered(connection: Connection): void
  /** Also called for a connection that never entered. */
  left(connection: Connection): void
}

/** The connections of this node, by user. */
export interface Connections {
  add(connection: Connection): void
  /** It hears everything from now on. */
  entered(connection: Connection): void
  remove(connection: Connection): void
  listen(listener: ConnectionListener): void
  of(userId: string): Iterable<Connection>
  count(userId: string): number
  userIds(): Iterable<string>
  sessionIds(): string[]
  /** A changed profile is what the user's open sockets speak with from now on. */
  refresh(user: User): void
  endSessions(sessionIds: readonly string[]): void
}

export function createConnections(): Connections {
  const byUser = new Map<string, Set<Connection>>()
  const bySession = new Map<string, Set<Connection>>()
  const listeners: ConnectionListener[] = []
  const of = (userId: string): Iterable<Connection> => byUser.get(userId) ?? []
  return {
    of,
    count: (userId) => byUser.get(userId)?.size ?? 0,
    userIds: () => byUser.keys(),
    sessionIds: () => [...bySession.keys()],
    add: (connection) => {
      const { user, sessionId } = connection.caller
      addTo(byUser, user.id, connection)
      if (sessionId !== null) addTo(bySession, sessionId, connection)
    },
    entered: (connection) => {
      for (const { entered } of listeners) entered(connection)
    },
    listen: (listener) => void listeners.push(listener),
    remove: (connection) => {
      const { user, sessionId } = connection.caller
      removeFrom(byUser, user.id, connection)
      if (sessionId !== null) removeFrom(bySession, sessionId, connection)
      for (const { left } of listeners) left(connection)
    },
    refresh: (user) => {
      for (const connection of of(user.id)) connection.caller.user = user
    },
    endSessions: (sessionIds) => {
      for (const sessionId of sessionIds) {
        for (const connection of [...(bySession.get(sessionId) ?? [])]) connection.end('revoked')
      }
    },
  }
}

function addTo(index: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const connections = index.get(key) ?? new Set()
  index.set(key, connections.add(connection))
}

function removeFrom(index: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const connections = index.get(key)
  connections?.delete(connection)
  if (connections?.size === 0) index.delete(key)
}
