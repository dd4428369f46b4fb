import type { HostUser } from '../../auth/authenticate.ts'
import type { GroupCommit } from '../../core/commit/group-commit.ts'
import type { OpenTransaction } from '../../core/commit/open-transaction.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { Store } from '../../storage/store.ts'
import { changeProfile, holdProfile } from './profile-changes.ts'
import { type Entrant, toEntrant, type UserRow } from './user-store.ts'

/**
 * Stores a user as the host application describes them. Resolves with undefined for a user whom the server refuses: a
 * deactivated, erased or suspended one.
 */
export type KeepHostUser = (given: HostUser) => Promise<Entrant | undefined>

/**
 * Makes a function that stores a user of the host if the profile is new or changed; otherwise it commits nothing. It
 * resolves with the user as the server admits them; with undefined for a deactivated or erased user, whose profile
 * stays as it is, and for a suspended user, whose profile is stored.
 */
export const createHostUsers =
  (store: Store, groupCommit: GroupCommit): KeepHostUser =>
  async (given) => {
    const known = await store.users.byId(given.id)
    if (known && (known.deactivated_at !== null || isSame(known, given))) return toEntrant(known)
    return toEntrant(await groupCommit.run((transaction) => putHostUser(transaction, given)))
  }

/**
 * Is the stored profile equal to the given one? Fields left out have their defaults: the user name, no picture, `user`.
 */
export const isSame = (row: UserRow, given: HostUser) =>
  row.username === given.username &&
  row.display_name === (given.displayName ?? given.username) &&
  row.avatar_url === (given.avatarUrl ?? null) &&
  row.role === (given.role ?? 'user')

type Putting = Pick<OpenTransaction, 'store' | 'now' | 'emit'>

/**
 * Creates a user of the host, or updates a profile that differs, with its events; a deactivated user is restored, a
 * suspended one stays suspended. Rejects with `forbidden` for an erased one. Users with an account at Parley are not
 * refused here. Resolves with the row, in which `deactivated_at` is as it was before.
 */
export async function upsertHostUser(transaction: Putting, given: HostUser): Promise<UserRow> {
  const row = await putHostUser(transaction, given)
  if (row.erased_at !== null) throw new OperationError('forbidden', `${row.id} was erased: its id is not used again.`)
  if (row.deactivated_at !== null) await transaction.store.users.update(row.id, { deactivated_at: null })
  return row
}

async function putHostUser({ store, now, emit }: Putting, given: HostUser): Promise<UserRow> {
  const profile = {
    username: given.username,
    username_key: given.username.toLowerCase(),
    display_name: given.displayName ?? given.username,
    avatar_url: given.avatarUrl ?? null,
    role: given.role ?? 'user',
  }
  await holdProfile(store, given.id)
  const before = await store.users.byId(given.id)
  // Another node may have stored the same meanwhile, or erased the user.
  if (before && (before.erased_at !== null || isSame(before, given))) return before
  const namesake = await store.users.byUsername(given.username)
  // Two users of a host may have the same name. They do not sign in by it here, so the id makes the second key unique.
  if (namesake && namesake.id !== given.id) profile.username_key += ` ${given.id}`
  if (before) return changeProfile({ store, emit }, before, profile)
  return store.users.insert({
    id: given.id,
    ...profile,
    password_hash: null,
    rev: 0,
    last_seen_at: null,
    created_at: now,
  })
}
