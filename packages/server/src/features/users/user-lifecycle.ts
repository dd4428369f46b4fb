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

/** What the functions below need of a transaction. They throw `not_found` if there is no such user. */
export type Changing = Pick<OpenTransaction, 'store' | 'now' | 'emit'>

/** Ends all access of a user and refuses them from then on; does nothing if the user is deactivated already. */
export async function deactivate(transaction: Changing, userId: string): Promise<void> {
  const row = await lockUser(transaction, userId)
  if (row.deactivated_at === null) await endAccess(transaction, row, transaction.now)
}

/** Admits a deactivated user again. */
export async function restore(transaction: Changing, userId: string): Promise<User> {
  const row = await lockUser(transaction, userId)
  await transaction.store.users.update(userId, { deactivated_at: null })
  return toUser(row)
}

/**
 * Ends all access of a user and removes their profile; resolves with true if an erasure of the rest must be run. Does
 * nothing for an erased user.
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
 * `deactivatedAt` is stored: with null the user can connect again.
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
