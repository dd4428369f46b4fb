import { admins, inAny, inRooms, type Rules } from '../../core/policy.ts'

export const conversationPolicy = {
  'conversation.list': { for: 'users' },
  'conversation.discover': { for: 'users' },
  'conversation.findDirect': { for: 'users' },
  'conversation.get': { ...inAny, states: ['active', 'invited'] },
  'conversation.create': { for: 'users' },
  'conversation.openDirect': { for: 'users' },
  'conversation.update': { ...inRooms, roles: admins },
} as const satisfies Rules

type Own = typeof conversationPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
