import type { IncomingHttpHeaders } from 'node:http'
import type { User } from '@parley/protocol'
import type { Identity } from '../auth/authenticate.ts'
import type { Caller, CallerSocket } from '../core/context.ts'

/** A signed-in socket of this node, whatever it speaks. */
export interface Connection {
  caller: Caller
  /** From now on it hears the live events of these conversations. */
  hear(conversationIds: readonly string[]): void
  stopHearing(conversationId: string): void
  /** Says why, and closes. */
  end(reason: 'expired' | 'revoked'): void
}

const minuteMs = 60_000
const longestTimerMs = 2 ** 31 - 1

export interface Deadline {
  renew(expiresAt: number): void
  /** The socket is gone: nothing is renewed any more. */
  close(): void
}

/** Ends a socket when its token does, after asking for a newer one a minute before. */
export function createDeadline(expiring: (expiresAt: number) => void, expired: () => void): Deadline {
  let timer: NodeJS.Timeout | undefined
  let warning: NodeJS.Timeout | undefined
  let isClosed = false
  const clear = () => {
    clearTimeout(timer)
    clearTimeout(warning)
  }
  const renew = (expiresAt: number) => {
    clear()
    if (isClosed) return
    const left = expiresAt - Date.now()
    if (left > longestTimerMs) {
      timer = setTimeout(() => renew(expiresAt), longestTimerMs).unref()
      return
    }
    // A token of less than two minutes is asked for at half its time.
    warning = setTimeout(() => expiring(expiresAt), Math.max(left / 2, left - minuteMs)).unref()
    timer = setTimeout(expired, left).unref()
  }
  const close = () => {
    isClosed = true
    clear()
  }
  return { renew, close }
}

export const callerOf = (identity: Identity, socket: CallerSocket): Caller => ({
  user: identity.user,
  sessionId: identity.sessionId,
  socket,
})

/** The token of a handshake: `auth.token`, or the Authorization header. */
export function tokenOf(handshake: { auth: unknown; headers: { authorization?: string } }): string | undefined {
  const { auth, headers } = handshake
  const given = typeof auth === 'object' && auth !== null && 'token' in auth ? auth.token : undefined
  if (typeof given === 'string' && given !== '') return given.replace(/^Bearer /i, '')
  return bearerOf(headers.authorization)
}

export const bearerOf = (header: string | undefined): string | undefined => header?.match(/^Bearer (\S+)$/i)?.[1]

/** Was this sent by a program, by a page of ours, or by one of an allowed site? Not so a page of any other site. */
export function isFromHere(headers: IncomingHttpHeaders, allowedOrigins: readonly string[]): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  if (allowedOrigins.includes('*') || allowedOrigins.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

/** In the form that CORS takes: a list is compared word by word, so `*` in it would be an origin of that name. */
export const corsOrigin = (allowedOrigins: readonly string[]): '*' | string[] =>
  allowedOrigins.includes('*') ? '*' : [...allowedOrigins]

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
