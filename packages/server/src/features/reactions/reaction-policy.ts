import { ofMessage, type Rules } from '../../core/policy.ts'

export const reactionPolicy = {
  'reaction.add': ofMessage,
  'reaction.remove': ofMessage,
  'reaction.list': ofMessage,
} as const satisfies Rules

type Own = typeof reactionPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
