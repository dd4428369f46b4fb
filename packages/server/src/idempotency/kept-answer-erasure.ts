import type { Erasure } from '../core/erasure.ts'

const most = 500

/** What was answered to somebody, or to a backend that acted as them, has what they said; what others were answered, who they were. */
export const keptAnswerErasure: Erasure = {
  ofAccount: async ({ store, caller }) =>
    (await store.keptAnswers.removeNaming([caller.user.id], most)) === most ? 0 : undefined,
}
