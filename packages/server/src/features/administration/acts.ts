import type { Context } from '../../core/context.ts'
import { assertAdministrator } from '../../core/guards/role-guard.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { UserRow } from '../users/user-store.ts'
import type { ActRow } from './act-log-store.ts'

/**
 * Begins an act: locks the rows of the caller and of these users until the commit, and throws `forbidden` unless the
 * caller is an administrator now. Call it before the act reads and changes the users, and `noteAct` afterwards: this
 * writes nothing. So of two administrators who suspend each other at the same moment only one succeeds. Ids of unknown
 * users are ignored.
 */
export async function beginAct({ store, caller }: Context, userIds: readonly string[] = []): Promise<void> {
  await store.users.hold([caller.user.id, ...userIds])
  await assertAdministrator(store, caller)
}

/**
 * Begins an act toward a user: does the same as `beginAct` with their id, and resolves with their row, even if they are
 * deactivated or suspended. Also throws `not_found` if there is no such user or they are erased.
 */
export async function beginActOn(context: Context, userId: string): Promise<UserRow> {
  await beginAct(context, [userId])
  const row = await context.store.users.byId(userId)
  if (!row || row.erased_at !== null) throw new OperationError('not_found')
  return row
}

type Act = Pick<ActRow, 'act' | 'reason'> & Partial<Pick<ActRow, 'user_id' | 'conversation_id' | 'message_id'>>

/**
 * Writes an act of the caller into the log, in the transaction of the act and with its time. Ids that are left out
 * become null. It checks no permission (see `beginAct`), and writes another entry each time.
 */
export const noteAct = ({ store, caller, now }: Context, act: Act): Promise<void> =>
  store.actLog.add({
    user_id: null,
    conversation_id: null,
    message_id: null,
    ...act,
    actor_id: caller.user.id,
    at: now,
  })
