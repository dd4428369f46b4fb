import type { Rules } from '../../core/policy.ts'

export const contactPolicy = {
  // Somebody who is blocked must not learn it by asking: the handler lets such a request lead nowhere.
  'contact.request': { for: 'users' },
  'contact.accept': { for: 'users' },
  'contact.decline': { for: 'users' },
  'contact.withdraw': { for: 'users' },
  'contact.remove': { for: 'users' },
  'contact.list': { for: 'users' },
} as const satisfies Rules

type Own = typeof contactPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
