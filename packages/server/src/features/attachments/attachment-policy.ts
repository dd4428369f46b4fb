import type { Rules } from '../../core/policy.ts'

/** Each asks by its lookup who may see the attachment: its uploader, and once a message has it, who may see the message. */
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
