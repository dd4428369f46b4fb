import type { Rules } from '../../core/policy.ts'

export const syncPolicy = {
  'sync.run': { for: 'users' },
} as const satisfies Rules

type Own = typeof syncPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
