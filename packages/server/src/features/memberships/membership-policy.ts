import { admins, inAny, inRooms, moderators, type Rules } from '../../core/policy.ts'

export const membershipPolicy = {
  'membership.list': inAny,
  // The handler leaves out conversations of which the caller is no active member.
  'membership.listMany': { for: 'users' },
  // The caller is no member yet: the handler checks the room, an invitation and a ban.
  'membership.join': { for: 'users' },
  'membership.leave': { ...inRooms, states: ['active', 'invited'] },
  'membership.invite': { ...inRooms, roles: moderators, toward: 'userIds', unless: 'blocked' },
  'membership.add': { ...inRooms, roles: admins, toward: 'userIds', unless: 'blocked' },
  'membership.remove': { ...inRooms, roles: moderators },
  'membership.setRole': { ...inRooms, roles: admins },
} as const satisfies Rules

type Own = typeof membershipPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
