import type { ConversationState } from '@parley/client'
import type { Membership, Role } from '@parley/protocol'

/**
 * What a role may do, so that nobody is offered what the server would refuse. The server decides; this only spares the
 * asking.
 */
const ranks: Record<Role, number> = { owner: 3, admin: 2, moderator: 1, member: 0 }

export const rankOf = (role: Role): number => ranks[role]

/** One's own role in a room; undefined in a direct conversation, which has no roles to use. */
export function ownRole(held: ConversationState | undefined, me: string | undefined): Role | undefined {
  const mine = me === undefined ? undefined : held?.memberships[me]
  return held?.conversation.kind === 'room' && mine?.state === 'active' ? mine.role : undefined
}

const hasRank = (role: Role | undefined, least: Role): boolean => role !== undefined && ranks[role] >= ranks[least]

export const mayDeleteOthersMessages = (role: Role | undefined): boolean => hasRank(role, 'moderator')
export const mayChangeRoom = (role: Role | undefined): boolean => hasRank(role, 'admin')
export const mayInvite = (role: Role | undefined): boolean => hasRank(role, 'moderator')
export const mayAdd = (role: Role | undefined): boolean => hasRank(role, 'admin')

const outranks = (role: Role, other: Role): boolean => role === 'owner' || ranks[role] > ranks[other]

export const mayRemove = (role: Role | undefined, member: Membership): boolean =>
  role !== undefined && hasRank(role, 'moderator') && outranks(role, member.role)

/** The roles that one may give a member, the highest first; none if one may not. */
export function grantableRoles(role: Role | undefined, member: Membership): Role[] {
  if (role === undefined || !hasRank(role, 'admin') || !outranks(role, member.role)) return []
  return (Object.keys(ranks) as Role[]).filter((other) => ranks[other] <= ranks[role])
}
