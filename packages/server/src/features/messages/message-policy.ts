import { inAny, moderators, nobody, ofMessage, type Rules, writing } from '../../core/policy.ts'

export const messagePolicy = {
  'message.send': { ...inAny, ...writing },
  'message.edit': { ...ofMessage, ...writing, others: nobody },
  'message.delete': { ...ofMessage, others: moderators },
  'message.get': ofMessage,
  'message.page': inAny,
  // The handler leaves out conversations of which the caller is no active member.
  'message.latest': { for: 'users' },
} as const satisfies Rules

type Own = typeof messagePolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
