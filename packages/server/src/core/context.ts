import type { User } from '@parley/protocol'
import type { Reach } from '../features/memberships/reach-store.ts'
import type { Store } from '../storage/store.ts'
import type { Delivery } from './delivery.ts'
import type { KeyScope } from './policy.ts'

/** The API key that a REST request shows. */
export interface ShownKey {
  id: string
  scopes: readonly KeyScope[]
}

/** A REST request with an `Idempotency-Key`: however often it is sent, it runs once. */
export interface IdempotentRequest {
  /** The API key and user that chose the key: keys of different owners are independent. */
  owner: string
  key: string
  /** The hash of the operation and its input: the same key with another hash is a conflict. */
  hash: string
}

interface RestFacts {
  key?: ShownKey
  request?: IdempotentRequest
}

/** The signed-in user for whom an operation runs. It comes from the authenticated session, never from a payload. */
export interface Caller extends RestFacts {
  user: User
  /** Null where the host application authenticates and Parley keeps no sessions. */
  sessionId: string | null
  /** The socket that sent the request; null over REST. */
  socket: CallerSocket | null
}

/** What an operation may do to the connection that it came by. */
export interface CallerSocket {
  /**
   * Keeps the socket open until `expiresAt` (milliseconds since 1970). A native socket is authenticated with `token`
   * from then on, instead of the token of its handshake.
   */
  renew(expiresAt: number, token?: string): void
  /** Sends a native socket the presence of these users from now on, and of no others. A foreign socket ignores it. */
  watch(userIds: readonly string[]): void
  /** Its session or token has ended: no more operations run for it. */
  hasEnded: boolean
}

/** A caller without a session, with what is known of the request. */
export interface Stranger extends RestFacts {
  user: null
  /** The network address, or `key <id>` if the request shows an API key. Rate limits count by it. */
  address: string
  userAgent: string
}

export type Anyone = Caller | Stranger

/** What a handler gets. It offers no network access on purpose: a command holds the writer's transaction. */
export interface Context {
  caller: Caller
  store: Store
  /** Milliseconds since 1970, the same for a whole commit. */
  now: number
  /** Announces an event. It is delivered after the commit, and never if the operation fails. */
  emit(delivery: Delivery): void
}

/** The context of an operation on a conversation: `reach` is the caller's membership, checked against the policy. */
export interface MemberContext extends Context {
  reach: Reach
}

/** The context of an operation that needs no session. */
export interface StrangerContext extends Omit<Context, 'caller'> {
  caller: Stranger
}
