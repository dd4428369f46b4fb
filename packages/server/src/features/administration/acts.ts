import type { Context } from '../../core/context.ts'
import { assertAdministrator } from '../../core/guards/role-guard.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { UserRow } from '../users/user-store.ts'
import type { ActRow } from './act-log-store.ts'

/**
 * Holds the administrator and those whom the act concerns until the commit, and asks again whether the caller is an
 * administrator: of two who suspend each other at the same moment, one is. So there is always one left.
 */
export async function beginAct({ store, caller }: Context, userIds: readonly string[] = []): Promise<void> {
  await store.users.hold([caller.user.id, ...userIds])
  await assertAdministrator(store, caller)
}

/** The person whom an act concerns, held until the commit. */
export async function beginActOn(context: Context, userId: string): Promise<UserRow> {
  await beginAct(context, [userId])
  const row = await context.store.users.byId(userId)
  if (!row || row.erased_at !== null) throw new OperationError('not_found')
  return row
}

type Act = Pick<ActRow, 'act' | 'reason'> & Partial<Pick<ActRow, 'user_id' | 'conversation_id' | 'message_id'>>

/** Writes an act into the log, in the transaction that does it. */
export const noteAct = ({ store, caller, now }: Context, act: Act): Promise<void> =>
  store.actLog.add({
    user_id: null,
    conversation_id: null,
    message_id: null,
    ...act,
    actor_id: caller.user.id,
    at: now,
  })
