import type { Rules } from '../../core/policy.ts'

export const sessionPolicy = {
  'user.register': { for: 'anyone', needs: 'accounts' },
  'session.create': { for: 'anyone', needs: 'accounts' },
  'session.refresh': { for: 'anyone', needs: 'accounts' },
  'session.renew': { for: 'users' },
  'session.list': { for: 'users' },
  'session.end': { for: 'users' },
  'session.revoke': { for: 'users' },
} as const satisfies Rules

type Own = typeof sessionPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
