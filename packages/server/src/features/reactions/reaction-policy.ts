import { ofMessage, type Rules, writing } from '../../core/policy.ts'

export const reactionPolicy = {
  'reaction.add': { ...ofMessage, ...writing },
  'reaction.remove': ofMessage,
  'reaction.list': ofMessage,
} as const satisfies Rules

type Own = typeof reactionPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
