import type { Rules } from '../../core/policy.ts'

export const userPolicy = {
  'user.me': { for: 'users' },
  'user.search': { for: 'users' },
  'user.get': { for: 'users' },
  'user.update': { for: 'users', needs: 'accounts' },
  'user.upsert': { for: 'anyone', scope: 'users' },
  'user.upsertMany': { for: 'anyone', scope: 'users' },
  'user.changePassword': { for: 'users', needs: 'accounts' },
} as const satisfies Rules

type Own = typeof userPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
