import type { Context } from '../../core/context.ts'
import { type Handlers, live, staged } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import { changeProfile, holdProfile } from './profile-changes.ts'
import { searchUsers } from './user-search.ts'
import { toUser, type UserRow } from './user-store.ts'

/**
 * Handles the reading of the caller, of another user and of a search. `user.get` finds any user, also a deactivated or
 * erased one, and refuses an unknown id with `not_found`; `user.me` is refused with `unauthenticated` if the caller was
 * deactivated or suspended meanwhile.
 */
export const userHandlers: Handlers<'user.me' | 'user.search' | 'user.get'> = {
  'user.me': async (_, context) => ({ user: toUser(await own(context)) }),

  'user.search': live('user.search', searchUsers),

  'user.get': async ({ userId }, { store }) => {
    const row = await store.users.byId(userId)
    if (!row) throw new OperationError('not_found')
    return { user: toUser(row) }
  },
}

/**
 * Makes the handlers by which users change their own profile and password, if they have accounts at Parley. An update
 * answers with the user; fields that are left out stay (see `changeProfile`). A new password ends the user's other
 * sessions and all password links for them or made by them; a wrong present one, or one that changed meanwhile, is
 * refused with `bad_credentials`. Both handlers refuse with `unauthenticated` if the user was deactivated or suspended
 * meanwhile.
 */
export const createProfileHandlers = ({
  passwords,
}: Pick<Kernel, 'passwords'>): Handlers<'user.update' | 'user.changePassword'> => ({
  'user.update': async ({ displayName, avatarUrl }, context) => {
    await holdProfile(context.store, context.caller.user.id)
    const before = await own(context)
    const row = await changeProfile(context, before, {
      display_name: displayName ?? before.display_name,
      avatar_url: avatarUrl === undefined ? before.avatar_url : avatarUrl,
    })
    return { user: toUser(row) }
  },

  'user.changePassword': staged('user.changePassword', {
    before: async ({ currentPassword, newPassword }, context) => {
      const { password_hash: verified } = await own(context)
      if (!(await passwords.verify(verified, currentPassword, true))) throw new OperationError('bad_credentials')
      return { verified, following: await passwords.hash(newPassword, true) }
    },
    commit: async (_, context, hashes: { verified: string | null; following: string }) => {
      const { store, caller, now, emit } = context
      // Another change, also on another node, may have replaced the password meanwhile.
      await store.users.hold([caller.user.id])
      if ((await own(context)).password_hash !== hashes.verified) throw new OperationError('bad_credentials')
      await store.users.update(caller.user.id, { password_hash: hashes.following })
      await store.passwordLinks.endAll(caller.user.id)
      const sessionIds = await store.sessions.revokeAll(caller.user.id, now, caller.sessionId)
      emit({
        name: 'session.ended',
        payload: { reason: 'revoked' },
        audience: { channels: sessionIds.map((id) => ({ kind: 'session', id })) },
      })
    },
    after: async () => ({}),
  }),
})

/**
 * The caller's row. Throws `unauthenticated` if their access has ended meanwhile, so that an erased row is not changed.
 */
async function own({ store, caller }: Context): Promise<UserRow> {
  const row = await store.users.byId(caller.user.id)
  if (!row || row.deactivated_at !== null || row.suspended_at !== null) throw new OperationError('unauthenticated')
  return row
}
