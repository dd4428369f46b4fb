import type { Membership } from '@parley/protocol'
import type { Context } from '../../core/context.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { ConversationHead } from '../conversations/head-store.ts'
import { changeMemberships } from './membership-changes.ts'
import type { MembershipRow } from './membership-store.ts'

interface EntryRule {
  /** The states that people have in the conversation already. */
  before: ReadonlyMap<string, Pick<MembershipRow, 'state' | 'joined_at'>>
  /** Only contacts of the caller come in at once. */
  contactsOnly: boolean
}

interface Entries {
  atOnce: string[]
  /** They come in by their own act, or stay away. */
  invited: string[]
}

/**
 * Decides which of these people become members at once and which are invited. A person who left is only invited, because
 * they come back by their own act alone; an invitation clears `joined_at`, so that a removal after it does not hide that they
 * left. Throws `not_found` if one of them does not exist.
 */
export async function entriesOf(
  { store, caller }: Context,
  userIds: readonly string[],
  { before, contactsOnly }: EntryRule,
): Promise<Entries> {
  if (!(await store.users.areReachable(userIds))) throw new OperationError('not_found')
  const mayEnter = userIds.filter((id) => {
    const row = before.get(id)
    return !row || (row.joined_at !== null && (row.state === 'removed' || row.state === 'banned'))
  })
  const atOnce = contactsOnly ? await store.contacts.acceptedAmong(caller.user.id, mayEnter) : mayEnter
  return { atOnce, invited: userIds.filter((id) => !atOnce.includes(id)) }
}

/** Puts people into a state as members without a role, as one change; none if there are no people. */
export async function enter(
  context: Context,
  { id }: Pick<ConversationHead, 'id'>,
  userIds: readonly string[],
  state: 'active' | 'invited',
): Promise<Membership[]> {
  // Its numbers may have moved in this transaction.
  const conversation = userIds.length > 0 ? await context.store.conversations.byId(id) : undefined
  if (!conversation) return []
  return changeMemberships(
    context,
    conversation,
    userIds.map((user_id) => ({ user_id, role: 'member', state })),
  )
}
