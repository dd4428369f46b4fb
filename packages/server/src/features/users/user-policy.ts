import type { Rules } from '../../core/policy.ts'

export const userPolicy = {
  'user.me': { for: 'users' },
  'user.search': { for: 'users' },
  'user.get': { for: 'users' },
  'user.update': { for: 'users', needs: 'accounts' },
  'user.upsert': { for: 'anyone', scope: 'users' },
  'user.upsertMany': { for: 'anyone', scope: 'users' },
  'user.deactivate': { for: 'anyone', scope: 'users' },
  'user.restore': { for: 'anyone', scope: 'users' },
  'user.erase': { for: 'anyone', scope: 'erase' },
  'user.changePassword': { for: 'users', needs: 'accounts' },
} as const satisfies Rules

type Own = typeof userPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
