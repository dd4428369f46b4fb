import type { Erasure } from '../core/erasure.ts'

const most = 500

/** Deletes the stored answers that name the user: those to the user, and those to others with a row of the user. */
export const keptAnswerErasure: Erasure = {
  ofAccount: async ({ store, caller }) =>
    (await store.keptAnswers.removeNaming([caller.user.id], most)) === most ? 0 : undefined,
}
