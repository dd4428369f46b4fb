import type { Erasure } from '../../core/erasure.ts'

/** The reasons that were given about somebody go; that something was done stays in the log. */
export const administrationErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    await store.actLog.forgetReasons(caller.user.id)
    return undefined
  },
}
