import type { Erasure } from '../../core/erasure.ts'

/** Deletes all hidings of an erased user at once, without events. */
export const hidingErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    await store.hidings.removeOf(caller.user.id)
    return undefined
  },
}
