import type { Erasure } from '../../core/erasure.ts'

/** Deletes the incoming webhook of an erased bot. */
export const hookErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    await store.hooks.removeOf(caller.user.id)
    return undefined
  },
}
