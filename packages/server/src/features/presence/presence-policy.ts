import type { Rules } from '../../core/policy.ts'

export const presencePolicy = {
  'presence.set': { for: 'users' },
  'presence.watch': { for: 'users' },
} as const satisfies Rules

type Own = typeof presencePolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
