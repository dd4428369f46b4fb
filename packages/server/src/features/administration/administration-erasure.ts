import type { Erasure } from '../../core/erasure.ts'

/**
 * Empties the reasons of acts toward the user; the acts stay in the log. Acts that the user did as an administrator
 * stay as they are.
 */
export const administrationErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    await store.actLog.forgetReasons(caller.user.id)
    return undefined
  },
}
