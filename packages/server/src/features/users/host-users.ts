import type { HostUser } from '../../auth/authenticate.ts'
import type { GroupCommit } from '../../core/commit/group-commit.ts'
import type { OpenTransaction } from '../../core/commit/open-transaction.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { Store } from '../../storage/store.ts'
import { changeProfile, holdProfile } from './profile-changes.ts'
import { type Entrant, toEntrant, type UserRow } from './user-store.ts'

/** Keeps the users of a host application as it describes them; undefined for somebody whom it deactivated. */
export type KeepHostUser = (given: HostUser) => Promise<Entrant | undefined>

export const createHostUsers =
  (store: Store, groupCommit: GroupCommit): KeepHostUser =>
  async (given) => {
    const known = await store.users.byId(given.id)
    if (known && (known.deactivated_at !== null || isSame(known, given))) return toEntrant(known)
    return toEntrant(await groupCommit.run((transaction) => putHostUser(transaction, given)))
  }

export const isSame = (row: UserRow, given: HostUser) =>
  row.username === given.username &&
  row.display_name === (given.displayName ?? given.username) &&
  row.avatar_url === (given.avatarUrl ?? null) &&
  row.role === (given.role ?? 'user')

type Putting = Pick<OpenTransaction, 'store' | 'now' | 'emit'>

/** Makes somebody known, or gives them the profile that the host has for them now; one who was deactivated comes back. */
export async function bringIn(transaction: Putting, given: HostUser): Promise<UserRow> {
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
  // Another node may have kept the same at this moment, or erased the person.
  if (before && (before.erased_at !== null || isSame(before, given))) return before
  const namesake = await store.users.byUsername(given.username)
  // Two users of a host may have one name. They do not sign in here by it, so the id makes the second one unique.
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
