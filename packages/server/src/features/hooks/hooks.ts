import { API_PATH } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { makeSecret } from '../../keys/key-text.ts'
import { storeBot } from '../../keys/new-keys.ts'
import type { ConversationHead } from '../conversations/head-store.ts'
import { changeMemberships } from '../memberships/membership-changes.ts'
import type { hookPolicy } from './hook-policy.ts'
import { type HookRow, toHook } from './hook-store.ts'

/** The most incoming webhooks of a room. */
export const mostHooks = 20

/**
 * The operations of admins on the incoming webhooks of a room, at most 20 (`limit_reached`). Creating one makes its bot
 * a member; its answer alone has the `path` with the secret. Revoking ends it with its bot (`endHooks`), also one that
 * another admin made; one that is unknown, revoked or of another room gets `not_found`. Each has its own bot: with an
 * existing one, an admin of any of its rooms could send in its name (ADR 30).
 */
export const hookHandlers: Handlers<keyof typeof hookPolicy> = {
  'hook.create': async ({ conversationId, name }, context) => {
    const { store, now, caller, reach } = context
    const others = await store.hooks.of(conversationId)
    if (others.length >= mostHooks) throw new OperationError('limit_reached')
    const id = uuidv7()
    const { secret, secretHash } = makeSecret()
    // The last characters of the id are random.
    const userId = await storeBot(store, `hook-${id.slice(-12)}`, name, now)
    await changeMemberships(context, reach.conversation, [{ user_id: userId, role: 'member', state: 'active' }])
    const row = {
      ...{ id, conversation_id: conversationId, user_id: userId, name, secret_hash: secretHash },
      ...{ created_by: caller.user.id, created_at: now },
    }
    await store.hooks.insert(row)
    return { hook: toHook(row), path: `${API_PATH}/hooks/${id}/${secret}` }
  },

  'hook.list': async ({ conversationId }, { store }) => ({
    hooks: (await store.hooks.of(conversationId)).map(toHook),
  }),

  'hook.revoke': async ({ conversationId, hookId }, context) => {
    const row = await context.store.hooks.byId(hookId)
    if (row?.conversation_id !== conversationId) throw new OperationError('not_found')
    await endHooks(context, context.reach.conversation, [row])
    return {}
  },
}

/**
 * Deletes these incoming webhooks, all of this conversation; deactivates their bots, and removes those that are active
 * members, with one event to the conversation (`changeMemberships`). Does nothing for no rows. Checks no permission.
 * `conversation` must be as it is now in the transaction.
 */
export async function endHooks(
  context: Context,
  conversation: ConversationHead,
  rows: readonly HookRow[],
): Promise<void> {
  if (rows.length === 0) return
  const { store, now } = context
  for (const { id, user_id } of rows) {
    await store.hooks.remove(id)
    await store.users.update(user_id, { deactivated_at: now })
  }
  const bots = rows.map(({ user_id }) => user_id)
  const removed = (await store.memberships.of(conversation.id, bots))
    .filter(({ state }) => state === 'active')
    .map(({ user_id }) => ({ user_id, role: 'member', state: 'removed' }) as const)
  if (removed.length > 0) await changeMemberships(context, conversation, removed)
}
