import type { ConversationKind, MembershipState, OperationName, Role } from '@parley/protocol'
import type { Reach } from '../features/memberships/reach-store.ts'
import { OperationError } from './operation-error.ts'

/** What an API key may do: keep the users, make rooms for them, erase them for good, or act as any of them. */
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
  /** The field of the input that names the people toward whom it is done; omitted where that is the other of a direct conversation. */
  toward?: 'userId' | 'userIds'
  /** Refused toward somebody with whom there is a block, whoever of the two made it. */
  unless?: 'blocked'
  /** Refused toward somebody who is no contact, where the server asks for contacts. */
  when?: 'contacts'
  /** Done by administrators of the server alone; everybody else gets `forbidden`, also for things that do not exist. */
  only?: 'administrators'
  /** Done by a backend alone, which shows an API key with this scope and acts as nobody. */
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
export const inRooms = { ...inAny, kinds: ['room'] } as const
export const ofMessage = { ...inAny, through: 'messageId' } as const

/** What reaches a person by a direct conversation. */
export const writing = { unless: 'blocked', when: 'contacts' } as const

/** Throws `forbidden` unless the caller owns the resource or has a role that the rule permits. */
export function assertMayActOn(rule: { others: readonly Role[] }, reach: Reach, ownerId: string): void {
  const { user_id, role } = reach.membership
  if (user_id !== ownerId && !rule.others.includes(role)) throw new OperationError('forbidden')
}

const ranks: Record<Role, number> = { owner: 3, admin: 2, moderator: 1, member: 0 }

/** May somebody of this role act on a member of that role? Only on a lower one; owners also on each other. */
export const outranks = (role: Role, other: Role) => ranks[role] > ranks[other] || role === 'owner'

/** May somebody of this role hand out that one? */
export const mayGrant = (role: Role, granted: Role) => ranks[role] >= ranks[granted]
