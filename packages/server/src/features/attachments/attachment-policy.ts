import type { Rules } from '../../core/policy.ts'

/**
 * Every user may ask, and the handlers check the access: an attachment is visible to its uploader or, once it is in a
 * message, to those who see that.
 */
export const attachmentPolicy = {
  'attachment.create': { for: 'users' },
  'attachment.get': { for: 'users' },
  'attachment.list': { for: 'users' },
  'attachment.discard': { for: 'users' },
  'attachment.sign': { for: 'users' },
  'attachment.quota': { for: 'users' },
} as const satisfies Rules

type Own = typeof attachmentPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
