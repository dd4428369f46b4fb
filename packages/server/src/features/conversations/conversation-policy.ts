import { admins, inAny, inRooms, type Rules, writing } from '../../core/policy.ts'

export const conversationPolicy = {
  'conversation.list': { for: 'users' },
  'conversation.discover': { for: 'users' },
  'conversation.findDirect': { for: 'users' },
  'conversation.get': { ...inAny, states: ['active', 'invited'] },
  'conversation.create': { for: 'users', toward: 'userIds', unless: 'blocked' },
  'conversation.openDirect': { for: 'users', toward: 'userId', ...writing },
  'conversation.update': { ...inRooms, roles: admins },
  'conversation.ensure': { for: 'anyone', scope: 'conversations' },
} as const satisfies Rules

type Own = typeof conversationPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
