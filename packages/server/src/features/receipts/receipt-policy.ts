import { inAny, type Rules } from '../../core/policy.ts'

export const receiptPolicy = {
  'receipt.list': inAny,
  'receipt.read': inAny,
  'receipt.delivered': inAny,
} as const satisfies Rules

type Own = typeof receiptPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
