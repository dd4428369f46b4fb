import type { ConversationState } from '@parley/client'
import type { Membership, Role } from '@parley/protocol'

/**
 * The ranks of roles. This file repeats the rules of the server, so that the interface does not offer what the server
 * would refuse; the server decides.
 */
const ranks: Record<Role, number> = { owner: 3, admin: 2, moderator: 1, member: 0 }

/** A higher number for a higher role: 3 for `owner`, 0 for `member`. */
export const rankOf = (role: Role): number => ranks[role]

/**
 * The role of the user with the id `me` in a room; undefined if they are no active member, if an argument is undefined,
 * and in a direct conversation, where roles do not count.
 */
export function ownRole(conversationState: ConversationState | undefined, me: string | undefined): Role | undefined {
  const mine = me === undefined ? undefined : conversationState?.memberships[me]
  return conversationState?.conversation.kind === 'room' && mine?.state === 'active' ? mine.role : undefined
}

const hasRank = (role: Role | undefined, min: Role): boolean => role !== undefined && ranks[role] >= ranks[min]

/** True for moderators, admins and owners; false for members and without a role. */
export const mayDeleteOthersMessages = (role: Role | undefined): boolean => hasRank(role, 'moderator')
/** May the name, topic and visibility be changed? True for admins and owners; false without a role. */
export const mayChangeRoom = (role: Role | undefined): boolean => hasRank(role, 'admin')
/** True for moderators, admins and owners; false for members and without a role. */
export const mayInvite = (role: Role | undefined): boolean => hasRank(role, 'moderator')
/** May people be added without asking them? True for admins and owners; false without a role. */
export const mayAdd = (role: Role | undefined): boolean => hasRank(role, 'admin')

const outranks = (role: Role, other: Role): boolean => role === 'owner' || ranks[role] > ranks[other]

/**
 * May a user with this role remove or ban this member? True for moderators and admins if the member has a lower role,
 * and for owners always. It compares roles only: it does not check whether the member is the user, or is still in the
 * room.
 */
export const mayRemove = (role: Role | undefined, member: Membership): boolean =>
  role !== undefined && hasRank(role, 'moderator') && outranks(role, member.role)

/**
 * The roles that a user with this role may give a member, the highest first, with the member's present one; none above
 * their own. Empty if they are no admin or owner, or if an admin asks about an admin or owner. It compares roles only:
 * it does not check whether the member is the user.
 */
export function grantableRoles(role: Role | undefined, member: Membership): Role[] {
  if (role === undefined || !hasRank(role, 'admin') || !outranks(role, member.role)) return []
  return (Object.keys(ranks) as Role[]).filter((other) => ranks[other] <= ranks[role])
}
