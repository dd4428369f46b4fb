import type { ConversationKind, MembershipState, OperationName, Role } from '@parley/protocol'

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

const ranks: Record<Role, number> = { owner: 3, admin: 2, moderator: 1, member: 0 }

/** May somebody of this role act on a member of that role? Only on a lower one; owners also on each other. */
export const outranks = (role: Role, other: Role) => ranks[role] > ranks[other] || role === 'owner'

/** May somebody of this role hand out that one? */
export const mayGrant = (role: Role, granted: Role) => ranks[role] >= ranks[granted]
