import type { Erasure } from '../../core/erasure.ts'

/** Deletes the user's password links, and empties the reasons of acts toward them; the acts stay in the log. */
export const administrationErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    await store.passwordLinks.endOf(caller.user.id)
    await store.passwordLinks.endMadeBy(caller.user.id)
    await store.actLog.forgetReasons(caller.user.id)
    return undefined
  },
}
