import type { User } from '@parley/protocol'
import type { Reach } from '../features/memberships/reach-store.ts'
import type { Store } from '../storage/store.ts'
import type { Delivery } from './delivery.ts'
import type { KeyScope } from './policy.ts'

/** An API key by which somebody asks, over REST. */
export interface ShownKey {
  id: string
  scopes: readonly KeyScope[]
}

/** A request that its caller has named, so that it is done once however often it is sent. */
export interface IdempotentRequest {
  /** Among whose requests the key is one. */
  owner: string
  key: string
  /** Of what is asked. */
  hash: string
}

interface Asked {
  key?: ShownKey
  request?: IdempotentRequest
}

/** Who asks. It comes from the authenticated session, never from a payload. */
export interface Caller extends Asked {
  user: User
  /** Null where the host application authenticates and Parley keeps no sessions. */
  sessionId: string | null
  /** The socket that asks; null over REST. */
  socket: CallerSocket | null
}

/** What an operation may do to the very connection it came by. */
export interface CallerSocket {
  /** The socket may stay open until then (milliseconds since 1970), by a token that it showed later than its first. */
  renew(expiresAt: number, token?: string): void
  /** From now on it hears the presence of these people, and of nobody else. */
  watch(userIds: readonly string[]): void
  /** Its session or token has ended: nothing more is run for it. */
  hasEnded: boolean
}

/** Somebody without a session: what is known of the request. */
export interface Stranger extends Asked {
  user: null
  /** Of the key, where one is shown: what strangers spend is counted by it. */
  address: string
  userAgent: string
}

export type Anyone = Caller | Stranger

/** What a handler gets. It offers no network on purpose: a command holds the writer's transaction. */
export interface Context {
  caller: Caller
  store: Store
  /** Milliseconds since 1970, the same for a whole commit. */
  now: number
  /** Announces what happened. It is delivered after the commit, or not at all. */
  emit(delivery: Delivery): void
}

/** For operations on a conversation: the caller's way into it, checked against the policy. */
export interface MemberContext extends Context {
  reach: Reach
}

/** For operations that need no session. */
export interface StrangerContext extends Omit<Context, 'caller'> {
  caller: Stranger
}
