import type { Erasure } from '../../core/erasure.ts'

const most = 500

/** Deletes the sessions of an erased user, which contain addresses and programs; they are revoked already. */
export const sessionErasure: Erasure = {
  ofAccount: async ({ store, caller }) =>
    (await store.sessions.dropSome(caller.user.id, most)) === most ? 0 : undefined,
}
