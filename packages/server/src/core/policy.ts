import type { ConversationKind, MembershipState, OperationName, Role } from '@parley/protocol'
import type { Reach } from '../features/memberships/reach-store.ts'
import { OperationError } from './operation-error.ts'

/** What an API key may do: manage users, make rooms for them, erase users for good, or act as any of them. */
export const keyScopes = ['users', 'conversations', 'erase', 'act-as'] as const
export type KeyScope = (typeof keyScopes)[number]

/** Who may do what: data, not code. Each feature brings the rules of its operations, and tests are generated from all of them. */
export type Rule = (
  | { for: 'anyone' }
  | { for: 'users' }
  | {
      for: 'members'
      /** The field of the input that leads to the conversation. */
      through: 'conversationId' | 'messageId'
      states: readonly MembershipState[]
      kinds: readonly ConversationKind[]
      roles: readonly Role[]
      /** The roles that may do it to another member's resource; omitted if resources have no owner. */
      others?: readonly Role[]
    }
) & {
  /**
   * The field of the input that names the users toward whom the operation is done. Left out if that is the other user
   * of a direct conversation.
   */
  toward?: 'userId' | 'userIds'
  /** Refused with `no_contact` if there is a block between the two, made by either of them. */
  unless?: 'blocked'
  /** Refused with `no_contact` if the two are no contacts, where the server requires contacts. */
  when?: 'contacts'
  /** For administrators of the server alone; all others get `forbidden`, also for things that do not exist. */
  only?: 'administrators'
  /** For backends alone: the request shows an API key with this scope, and acts as no user. */
  scope?: KeyScope
  /** The operation exists only where Parley has the accounts, not where a host application authenticates. */
  needs?: 'accounts'
}

/** The rules of some operations. */
export type Rules = { readonly [N in OperationName]?: Rule }

/**
 * The rules of all operations, by their exact types: from them follows the context that a handler gets. Empty here; each
 * feature declares its own rules to be part of it, in the file that holds them.
 */
// biome-ignore lint/suspicious/noEmptyInterface: features extend it.
export interface Policy {}

const everybody = ['owner', 'admin', 'moderator', 'member'] as const
export const moderators = ['owner', 'admin', 'moderator'] as const
export const admins = ['owner', 'admin'] as const
export const nobody = [] as const

/** Any active member, in conversations of both kinds. */
export const inAny = {
  for: 'members',
  through: 'conversationId',
  states: ['active'],
  kinds: ['direct', 'room'],
  roles: everybody,
} as const
/** The same, in rooms only. */
export const inRooms = { ...inAny, kinds: ['room'] } as const
/** Any active member, in the conversation of the message that the input names as `messageId`. */
export const ofMessage = { ...inAny, through: 'messageId' } as const

/** The conditions of an operation by which one user reaches another in a direct conversation. */
export const writing = { unless: 'blocked', when: 'contacts' } as const

/**
 * Throws `forbidden` unless the member in `reach` is the owner (`ownerId`) or has one of the roles in `rule.others`.
 */
export function assertMayActOn(rule: { others: readonly Role[] }, reach: Reach, ownerId: string): void {
  const { user_id, role } = reach.membership
  if (user_id !== ownerId && !rule.others.includes(role)) throw new OperationError('forbidden')
}

const ranks: Record<Role, number> = { owner: 3, admin: 2, moderator: 1, member: 0 }

/** May a member of this role act on a member of that role? Only on a lower one; owners also on each other. */
export const outranks = (role: Role, other: Role) => ranks[role] > ranks[other] || role === 'owner'

/**
 * May a member of this role give another user the role `granted`? Yes for their own role and each below it; the caller
 * checks first whether they may change roles at all.
 */
export const mayGrant = (role: Role, granted: Role) => ranks[role] >= ranks[granted]
