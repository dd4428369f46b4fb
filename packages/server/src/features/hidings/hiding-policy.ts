import { inAny, type Rules } from '../../core/policy.ts'

/** Rooms cannot be hidden: members leave them instead. */
const inDirect = { ...inAny, kinds: ['direct'] } as const

export const hidingPolicy = {
  'hiding.set': inDirect,
  'hiding.remove': inDirect,
} as const satisfies Rules

type Own = typeof hidingPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
