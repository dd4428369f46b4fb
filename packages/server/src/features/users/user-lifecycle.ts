import type { User } from '@parley/protocol'
import type { HostUser } from '../../auth/authenticate.ts'
import type { OpenTransaction } from '../../core/commit/open-transaction.ts'
import type { UserLifecycle } from '../../core/host/user-lifecycle.ts'
import type { Kernel } from '../../core/kernel.ts'
import type { SlicedWork } from '../../core/limits/sliced-work.ts'
import { OperationError } from '../../core/operation-error.ts'
import { putInSlices } from './put-in-slices.ts'
import { beginErasure } from './user-erasure.ts'
import { toUser, type UserRow } from './user-store.ts'

/**
 * Makes the functions by which a host application manages its users; each resolves when its change is committed.
 * `erase` resolves when no data is left, also for a user who was erased before; if it fails midway, the server goes on
 * within a minute. `endSessions` ends sessions and connections; the user can connect again unless deactivated or
 * suspended. `upsert` rejects with `forbidden` for an erased user, and may have stored others; the rest reject with
 * `not_found` for an unknown user and, except `erase`, for an erased one.
 */
export const createUserLifecycle = (
  { store, groupCommit }: Pick<Kernel, 'store' | 'groupCommit'>,
  erasures: Pick<SlicedWork, 'run'>,
): UserLifecycle => ({
  upsert: async (users: readonly HostUser[]): Promise<User[]> =>
    (await putInSlices({ store, groupCommit }, users)).map(toUser),

  deactivate: (userId: string) => groupCommit.run((transaction) => deactivate(transaction, userId)),

  restore: (userId: string): Promise<User> => groupCommit.run((transaction) => restore(transaction, userId)),

  endSessions: (userId: string) =>
    groupCommit.run(async (transaction) => {
      const row = await lockUser(transaction, userId)
      await endAccess(transaction, row, row.deactivated_at)
    }),

  erase: async (userId: string) => {
    if (await groupCommit.run((transaction) => beginErasing(transaction, userId))) await erasures.run(userId)
  },
})

/** What the functions below need of a transaction. */
export type Changing = Pick<OpenTransaction, 'store' | 'now' | 'emit'>

/**
 * Ends all access of a user, who is refused from then on; does nothing if the user is deactivated already. Rejects with
 * `not_found` for an unknown or erased user.
 */
export async function deactivate(transaction: Changing, userId: string): Promise<void> {
  const row = await lockUser(transaction, userId)
  if (row.deactivated_at === null) await endAccess(transaction, row, transaction.now)
}

/**
 * Lets a deactivated user connect again and resolves with the user; for an active one it changes nothing. Ended
 * sessions stay ended, and a suspension stays. Rejects with `not_found` for an unknown or erased user.
 */
export async function restore(transaction: Changing, userId: string): Promise<User> {
  const row = await lockUser(transaction, userId)
  await transaction.store.users.update(userId, { deactivated_at: null })
  return toUser(row)
}

/**
 * Ends all access of a user and removes the profile; resolves with true: the caller must run the erasure of the rest
 * after the commit. For an erased user it changes nothing, and resolves with whether that erasure is unfinished.
 * Rejects with `not_found` for an unknown user.
 */
export async function beginErasing(transaction: Changing, userId: string): Promise<boolean> {
  const row = await lockRow(transaction, userId)
  if (row.erased_at !== null) return transaction.store.erasures.isPending(userId)
  await endAccess(transaction, row, transaction.now)
  await beginErasure(transaction, userId)
  return true
}

/** Locks the row of a user who is not erased until the commit, and reads it. */
async function lockUser(transaction: Changing, userId: string): Promise<UserRow> {
  const row = await lockRow(transaction, userId)
  if (row.erased_at !== null) throw unknown()
  return row
}

const unknown = () => new OperationError('not_found', 'There is no such user.')

async function lockRow({ store }: Changing, userId: string): Promise<UserRow> {
  const isId = typeof userId === 'string'
  if (isId) await store.users.hold([userId])
  const row = isId ? await store.users.byId(userId) : undefined
  if (!row) throw unknown()
  return row
}

/**
 * Ends all sessions and password links of a user and, after the commit, all their present sockets on all nodes.
 * `deactivatedAt` is stored: with null the user can connect again, unless suspended. To leave it as it is, pass the
 * stored value. The user must exist and be locked.
 */
export async function endAccess(
  { store, now, emit }: Pick<OpenTransaction, 'store' | 'now' | 'emit'>,
  { id }: Pick<UserRow, 'id'>,
  deactivatedAt: number | null,
): Promise<void> {
  const accessRev = await store.users.endAccess(id, deactivatedAt)
  await store.sessions.revokeAll(id, now, null)
  await store.passwordLinks.endAll(id)
  emit({
    name: 'session.ended',
    payload: { reason: 'revoked' },
    audience: { channels: [{ kind: 'user', id }], accessRev },
  })
}
