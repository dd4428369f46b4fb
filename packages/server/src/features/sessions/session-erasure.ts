import type { Erasure } from '../../core/erasure.ts'

const most = 500

/** They are ended already; now it goes, too, where from and by which programs somebody signed in. */
export const sessionErasure: Erasure = {
  ofAccount: async ({ store, caller }) =>
    (await store.sessions.dropSome(caller.user.id, most)) === most ? 0 : undefined,
}
