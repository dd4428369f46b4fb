import type { Rules } from '../../core/policy.ts'

export const blockPolicy = {
  'block.add': { for: 'users' },
  'block.remove': { for: 'users' },
  'block.list': { for: 'users' },
} as const satisfies Rules

type Own = typeof blockPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
