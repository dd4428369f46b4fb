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
      const row = await held(transaction, userId)
      await endAccess(transaction, row, row.deactivated_at)
    }),

  erase: async (userId: string) => {
    if (await groupCommit.run((transaction) => beginErasing(transaction, userId))) await erasures.run(userId)
  },
})

export type Changing = Pick<OpenTransaction, 'store' | 'now' | 'emit'>

export async function deactivate(transaction: Changing, userId: string): Promise<void> {
  const row = await held(transaction, userId)
  if (row.deactivated_at === null) await endAccess(transaction, row, transaction.now)
}

export async function restore(transaction: Changing, userId: string): Promise<User> {
  const row = await held(transaction, userId)
  await transaction.store.users.update(userId, { deactivated_at: null })
  return toUser(row)
}

/** Lets somebody in no more and takes their name; resolves with whether anything is left to be removed, in slices. */
export async function beginErasing(transaction: Changing, userId: string): Promise<boolean> {
  const row = await heldRow(transaction, userId)
  if (row.erased_at !== null) return transaction.store.erasures.isPending(userId)
  await endAccess(transaction, row, transaction.now)
  await beginErasure(transaction, userId)
  return true
}

async function held(transaction: Changing, userId: string): Promise<UserRow> {
  const row = await heldRow(transaction, userId)
  if (row.erased_at !== null) throw unknown()
  return row
}

const unknown = () => new OperationError('not_found', 'There is no such user.')

async function heldRow({ store }: Changing, userId: string): Promise<UserRow> {
  const isId = typeof userId === 'string'
  if (isId) await store.users.hold([userId])
  const row = isId ? await store.users.byId(userId) : undefined
  if (!row) throw unknown()
  return row
}

/** Ends all sessions, the sockets of all nodes that were let in until now, and links for passwords. */
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
