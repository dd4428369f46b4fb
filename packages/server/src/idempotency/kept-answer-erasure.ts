import type { Erasure } from '../core/erasure.ts'

/** What was answered to somebody, or to a backend that acted as them, has what they said. */
export const keptAnswerErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    await store.keptAnswers.removeOf(caller.user.id)
    return undefined
  },
}
