import { createHash, randomBytes } from 'node:crypto'
import { administrationLimits } from '@parley/protocol/features/administration'
import { type Handlers, staged } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { Store } from '../../storage/store.ts'
import { endAccess } from '../users/user-lifecycle.ts'
import { beginActOn, noteAct } from './acts.ts'
import type { PasswordLinkRow } from './password-link-store.ts'

const lifetimeMs = administrationLimits.passwordLinkHours * 60 * 60 * 1_000

// For 256 random bits a single SHA-256 is a safe hash, and the time of looking it up reveals nothing about the token.
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url')

/**
 * Makes a link by which a user who lost the password can set a new one, once and within 24 hours. It replaces an
 * earlier link for this user. Throws `not_found` for an unknown or erased user, and `forbidden` for a user without a
 * password, for a suspended one, and unless the caller is an administrator now. A deactivated user gets a link, but
 * cannot use it.
 */
export const passwordLinkHandlers: Handlers<'administration.createPasswordLink'> = {
  'administration.createPasswordLink': async ({ userId, reason }, context) => {
    const { store, caller, now } = context
    const row = await beginActOn(context, userId)
    if (row.password_hash === null) throw new OperationError('forbidden', 'This person signs in without a password.')
    if (row.suspended_at !== null) throw new OperationError('forbidden', 'Restore this person first.')
    const token = randomBytes(32).toString('base64url')
    const expiresAt = now + lifetimeMs
    await store.passwordLinks.endOf(userId)
    await store.passwordLinks.insert({
      token_hash: hashOf(token),
      user_id: userId,
      made_by: caller.user.id,
      expires_at: expiresAt,
    })
    await noteAct(context, { act: 'createPasswordLink', user_id: userId, reason })
    return { token, expiresAt }
  },
}

/**
 * Makes the handler that sets a new password by a link, and answers with the user name. It ends all sessions of the
 * user and all password links for them or made by them; it does not sign the user in. Throws `not_found` for an
 * unknown, used, deleted or expired link, and for a deactivated user.
 */
export const createLinkUseHandlers = ({ passwords }: Pick<Kernel, 'passwords'>): Handlers<'passwordLink.use'> => ({
  'passwordLink.use': staged('passwordLink.use', {
    before: async ({ token, newPassword }, { store, now }) => {
      await validLink(store, token, now)
      return passwords.hash(newPassword)
    },
    commit: async ({ token }, context, passwordHash) => {
      const { store, now } = context
      const { user_id } = await validLink(store, token, now)
      await store.users.hold([user_id])
      // Another node may have used or deleted the link before the lock was taken.
      await validLink(store, token, now)
      const row = await store.users.byId(user_id)
      if (!row || row.deactivated_at !== null) throw noLink()
      await store.users.update(user_id, { password_hash: passwordHash })
      await endAccess(context, row, row.deactivated_at)
      return { username: row.username }
    },
    after: async (done) => done,
  }),
})

/** The link of a token. Used, deleted and expired links get the same `not_found` as unknown ones. */
async function validLink(store: Store, token: string, now: number): Promise<PasswordLinkRow> {
  const link = await store.passwordLinks.byHash(hashOf(token))
  if (!link || link.expires_at <= now) throw noLink()
  return link
}

const noLink = () => new OperationError('not_found', 'This link is not good any more. Ask for another.')
