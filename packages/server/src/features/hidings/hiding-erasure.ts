import type { Erasure } from '../../core/erasure.ts'

export const hidingErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    await store.hidings.removeOf(caller.user.id)
    return undefined
  },
}
