import type { Rules } from '../../core/policy.ts'

export const contactPolicy = {
  // No rule about blocks: a blocked user must not learn of the block. The handler stores such a request without
  // delivering it.
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
