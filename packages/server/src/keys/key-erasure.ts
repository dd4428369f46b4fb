import type { Erasure } from '../core/erasure.ts'

/** The keys of a bot go with it. */
export const keyErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    await store.apiKeys.removeOf(caller.user.id)
    return undefined
  },
}
