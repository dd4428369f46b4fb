import type { User } from '@parley/protocol'
import type { Identity } from '../auth/authenticate.ts'
import type { Caller, CallerSocket } from './context.ts'
import type { Audience } from './delivery.ts'

/** A signed-in socket of this node, in any vocabulary. */
export interface Connection {
  caller: Caller
  /**
   * The user's access number at its admission. Ending all access of the user raises the number, which ends this
   * connection.
   */
  accessRev: number
  /** Had its user chosen to appear offline before it connected? */
  appearsOffline: boolean
  /**
   * Sends it the live events of these conversations from now on. Does nothing once it has closed. A foreign socket
   * leaves out the conversations that it has muted.
   */
  hear(conversationIds: readonly string[]): void
  /** Sends it no more events of this conversation. */
  stopHearing(conversationId: string): void
  /** Tells the client the reason, then closes the connection. Does nothing if it has ended already. */
  end(reason: 'expired' | 'revoked'): void
}

/**
 * Makes the caller of a socket's operations. A socket keeps this one object, because `Connections.refresh` replaces the
 * user in it.
 */
export const socketCaller = (identity: Identity, socket: CallerSocket): Caller => ({
  user: identity.user,
  sessionId: identity.sessionId,
  socket,
})

interface ConnectionListener {
  entered(connection: Connection): void
  /** Also called for a connection that never entered. May be called twice for one that was ended. */
  left(connection: Connection): void
}

/** The connections of this node, by user and by session. */
export interface Connections {
  /** Adds a connection to the index. Listeners are not called before it has `entered`. */
  add(connection: Connection): void
  /** Tells the listeners that the connection now gets all events that its user may see. */
  entered(connection: Connection): void
  /** Removes this very object from the index, if it is there, and calls the listeners in any case. */
  remove(connection: Connection): void
  listen(listener: ConnectionListener): void
  of(userId: string): Iterable<Connection>
  count(userId: string): number
  userIds(): Iterable<string>
  sessionIds(): string[]
  /** The users, each with the lowest accessRev of their connections. */
  accesses(): { id: string; rev: number }[]
  /**
   * Replaces the user in the callers of the user's connections, so that operations and events carry the new profile.
   */
  refresh(user: User): void
  /** Ends the connections of these sessions as `revoked`. */
  endSessions(sessionIds: readonly string[]): void
  /**
   * Ends the connections of all sessions in the audience. If the audience has an `accessRev`, also ends those
   * connections of its users that were admitted at a lower one.
   */
  endAccess(audience: Audience): void
}

/**
 * Makes an empty index of this node's connections. The code of each socket adds and removes its connection; ending one
 * does not remove it here. An error of a listener is thrown by `entered` or `remove`, and keeps later listeners from
 * being called. While the result of `of` is iterated, connections may come and go: it is a fixed list.
 */
export function createConnections(): Connections {
  const byUser: Index = new Map()
  const bySession: Index = new Map()
  const listeners: ConnectionListener[] = []
  const of = (userId: string): Iterable<Connection> => byUser.get(userId) ?? []
  return {
    of,
    count: (userId) => byUser.get(userId)?.length ?? 0,
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
    accesses: () =>
      [...byUser].map(([id, ofUser]) => ({ id, rev: Math.min(...ofUser.map(({ accessRev }) => accessRev)) })),
    ...endingsOf({ byUser, bySession }),
  }
}

function endingsOf({ byUser, bySession }: Record<'byUser' | 'bySession', Index>) {
  const endSessions = (sessionIds: readonly string[]) => {
    for (const sessionId of sessionIds) {
      for (const connection of bySession.get(sessionId) ?? []) connection.end('revoked')
    }
  }
  const endUser = (userId: string, accessRev: number) => {
    for (const connection of byUser.get(userId) ?? []) if (connection.accessRev < accessRev) connection.end('revoked')
  }
  const endAccess: Connections['endAccess'] = (audience) => {
    const accessRev = 'accessRev' in audience ? audience.accessRev : undefined
    for (const { kind, id } of audience.channels) {
      if (kind === 'session') endSessions([id])
      else if (kind === 'user' && accessRev !== undefined) endUser(id, accessRev)
    }
  }
  return { endSessions, endAccess }
}

/** Arrays: nearly all keys have one connection, for which a set takes four times the memory. */
type Index = Map<string, readonly Connection[]>

function addTo(index: Index, key: string, connection: Connection): void {
  const others = index.get(key)
  index.set(key, others ? [...others, connection] : [connection])
}

function removeFrom(index: Index, key: string, connection: Connection): void {
  const left = index.get(key)?.filter((one) => one !== connection) ?? []
  if (left.length === 0) index.delete(key)
  else index.set(key, left)
}
