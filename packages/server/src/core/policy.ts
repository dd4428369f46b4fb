import type { ConversationKind, MembershipState, OperationName, Role } from '@parley/protocol'

/** Who may do what. Data, not code: tests are generated from this table, and an operation missing here does not compile. */
export type Rule =
  | { for: 'anyone' }
  | { for: 'users' }
  | {
      for: 'members'
      /** What in the input leads to the conversation. */
      through: 'conversationId' | 'messageId'
      states: readonly MembershipState[]
      kinds: readonly ConversationKind[]
      roles: readonly Role[]
      /** The roles that may do it to what belongs to somebody else; left out where nothing belongs to anybody. */
      others?: readonly Role[]
    }

const everybody = ['owner', 'admin', 'moderator', 'member'] as const
const moderators = ['owner', 'admin', 'moderator'] as const
const admins = ['owner', 'admin'] as const
const nobody = [] as const
const inAny = {
  for: 'members',
  through: 'conversationId',
  states: ['active'],
  kinds: ['direct', 'room'],
  roles: everybody,
} as const
const inRooms = { ...inAny, kinds: ['room'] } as const
const ofMessage = { ...inAny, through: 'messageId' } as const

export const policy = {
  'user.register': { for: 'anyone' },
  'session.create': { for: 'anyone' },
  'session.refresh': { for: 'anyone' },
  'session.renew': { for: 'users' },
  'session.list': { for: 'users' },
  'session.end': { for: 'users' },
  'session.revoke': { for: 'users' },
  'user.me': { for: 'users' },
  'user.search': { for: 'users' },
  'user.get': { for: 'users' },
  'user.update': { for: 'users' },
  'user.changePassword': { for: 'users' },
  'conversation.list': { for: 'users' },
  'conversation.discover': { for: 'users' },
  'conversation.findDirect': { for: 'users' },
  'conversation.get': { ...inAny, states: ['active', 'invited'] },
  'conversation.create': { for: 'users' },
  'conversation.openDirect': { for: 'users' },
  'conversation.update': { ...inRooms, roles: admins },
  'membership.list': inAny,
  // Joining starts outside: the handler looks at the room itself, and at an invitation or a ban.
  'membership.join': { for: 'users' },
  'membership.leave': { ...inRooms, states: ['active', 'invited'] },
  'membership.invite': { ...inRooms, roles: moderators },
  'membership.add': { ...inRooms, roles: admins },
  'membership.remove': { ...inRooms, roles: moderators },
  'membership.setRole': { ...inRooms, roles: admins },
  'message.send': inAny,
  'message.edit': { ...ofMessage, others: nobody },
  'message.delete': { ...ofMessage, others: moderators },
  'message.get': ofMessage,
  'message.page': inAny,
  'receipt.read': inAny,
  'receipt.delivered': inAny,
  'typing.set': inAny,
  'presence.set': { for: 'users' },
  'presence.watch': { for: 'users' },
  'sync.run': { for: 'users' },
} as const satisfies Record<OperationName, Rule>

const ranks: Record<Role, number> = { owner: 3, admin: 2, moderator: 1, member: 0 }

/** May somebody of this role act on a member of that role? Only on a lower one; owners also on each other. */
export const outranks = (role: Role, other: Role) => ranks[role] > ranks[other] || role === 'owner'

/** May somebody of this role hand out that one? */
export const mayGrant = (role: Role, granted: Role) => ranks[role] >= ranks[granted]
