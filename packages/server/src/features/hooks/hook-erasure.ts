import type { Erasure } from '../../core/erasure.ts'

/** The address of a bot goes with it. */
export const hookErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    await store.hooks.removeOf(caller.user.id)
    return undefined
  },
}
