import type { Erasure } from '../../core/erasure.ts'

/** Links of somebody go, and so do the reasons that were given about them; that something was done stays in the log. */
export const administrationErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    await store.passwordLinks.endOf(caller.user.id)
    await store.passwordLinks.endMadeBy(caller.user.id)
    await store.actLog.forgetReasons(caller.user.id)
    return undefined
  },
}
