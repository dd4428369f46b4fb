import type { User } from '@parley/protocol'
import type { HostUser } from '../../auth/authenticate.ts'
import type { GroupCommit } from '../../core/commit/group-commit.ts'
import type { Context } from '../../core/context.ts'
import type { Store } from '../../storage/store.ts'
import { changeProfile, holdProfile } from './profile-changes.ts'
import { toUser, type UserRow } from './user-store.ts'

/** Keeps the users of a host application as it describes them; resolves with what is kept. */
export type KeepHostUser = (given: HostUser) => Promise<User>

export const createHostUsers =
  (store: Store, groupCommit: GroupCommit): KeepHostUser =>
  async (given) => {
    const known = await store.users.byId(given.id)
    if (known && isSame(known, given)) return toUser(known)
    return toUser(await groupCommit.run((transaction) => putHostUser(transaction, given)))
  }

const isSame = (row: UserRow, given: HostUser) =>
  row.username === given.username &&
  row.display_name === (given.displayName ?? given.username) &&
  row.avatar_url === (given.avatarUrl ?? null) &&
  row.role === (given.role ?? 'user')

/** Makes the user, or describes them anew, in an open transaction. */
export async function putHostUser(
  { store, now, emit }: Pick<Context, 'store' | 'now' | 'emit'>,
  given: HostUser,
): Promise<UserRow> {
  const profile = {
    username: given.username,
    username_key: given.username.toLowerCase(),
    display_name: given.displayName ?? given.username,
    avatar_url: given.avatarUrl ?? null,
    role: given.role ?? 'user',
  }
  await holdProfile(store, given.id)
  const before = await store.users.byId(given.id)
  // Another node may have kept the same at this moment.
  if (before && isSame(before, given)) return before
  const namesake = await store.users.byUsername(given.username)
  // The host names its people; nobody signs in here by name, so two of the same name are told apart by their id.
  if (namesake && namesake.id !== given.id) profile.username_key += ` ${given.id}`
  if (before) return changeProfile({ store, emit }, before, profile)
  const row = { id: given.id, ...profile, password_hash: null, rev: 0, last_seen_at: null, created_at: now }
  await store.users.insert(row)
  return row
}
