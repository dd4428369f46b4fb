import type { Hiding } from '@parley/protocol'
import type { MemberContext } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { hidingPolicy } from './hiding-policy.ts'
import { type HidingRow, toHiding } from './hiding-store.ts'

/**
 * Hides a direct conversation from the caller's own list up to its present last message, or shows it again. To hide it
 * again after a later message hides it up to that; to repeat either otherwise changes nothing and emits no event. To
 * show one that was never hidden throws `not_found`.
 */
export const hidingHandlers: Handlers<keyof typeof hidingPolicy> = {
  'hiding.set': async (_, context) => {
    const { last_seq } = context.reach.conversation
    const before = await own(context)
    if (before?.removed === 0 && before.up_to_seq === last_seq) return { hiding: toHiding(before) }
    return { hiding: await put(context, { up_to_seq: last_seq, removed: 0 }) }
  },

  'hiding.remove': async (_, context) => {
    const before = await own(context)
    if (!before) throw new OperationError('not_found')
    if (before.removed === 1) return { hiding: toHiding(before) }
    return { hiding: await put(context, { up_to_seq: before.up_to_seq, removed: 1 }) }
  },
}

const own = ({ store, caller, reach }: MemberContext) => store.hidings.byKey(caller.user.id, reach.conversation.id)

/** Stores the new state with the next rev of the caller's account, and emits it to the caller's devices. */
async function put(
  { store, caller, reach, emit }: MemberContext,
  state: Pick<HidingRow, 'up_to_seq' | 'removed'>,
): Promise<Hiding> {
  const { id } = caller.user
  const row = {
    user_id: id,
    conversation_id: reach.conversation.id,
    ...state,
    account_rev: await store.users.nextRev(id),
  }
  await store.hidings.put(row)
  const hiding = toHiding(row)
  emit({
    name: 'account.updated',
    payload: { rev: row.account_rev, memberships: [], summaries: [], hidings: [hiding] },
    audience: { channels: [{ kind: 'user', id }] },
  })
  return hiding
}
