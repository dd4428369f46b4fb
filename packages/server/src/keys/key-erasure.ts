import type { Erasure } from '../core/erasure.ts'

/** Deletes the keys of an erased bot. */
export const keyErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    await store.apiKeys.removeOf(caller.user.id)
    return undefined
  },
}
