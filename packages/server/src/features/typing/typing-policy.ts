import { inAny, type Rules } from '../../core/policy.ts'

export const typingPolicy = {
  'typing.set': inAny,
} as const satisfies Rules

type Own = typeof typingPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
