import type { Membership } from '@parley/protocol'
import type { Context } from '../../core/context.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { ConversationHead } from '../conversations/head-store.ts'
import { changeMemberships } from './membership-changes.ts'
import type { MembershipRow } from './membership-store.ts'

interface EntryRule {
  /** The present memberships by user id, ended ones too: a user who is not in it counts as new. */
  before: ReadonlyMap<string, Pick<MembershipRow, 'state' | 'joined_at'>>
  /** Only contacts of the caller become members at once; others are invited. */
  contactsOnly: boolean
}

interface Entries {
  /** Users who become members at once. */
  atOnce: string[]
  /** Users who are invited, and decide themselves. */
  invited: string[]
}

/**
 * Decides which of these users become members at once and which are invited; stores nothing. The caller must leave out
 * active and invited members, because they would land in `invited`. New users enter at once, and removed or banned ones
 * who were members; with `contactsOnly`, only those of them who are contacts of the caller. Others are only invited:
 * users who left, whom no other user can bring back against their will, and those whose invitation was removed, because
 * it cleared `joined_at`. Throws `not_found` if one of them does not exist, or is deactivated or suspended.
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

/**
 * Adds or invites users with the role `member`, as one change (`changeMemberships`). It checks nothing and overwrites
 * the role and state of a present membership: leave out users who must keep theirs. Returns the memberships as the
 * caller may see them, in the order of `userIds`. Does nothing and returns an empty list for no users, or if the
 * conversation does not exist.
 */
export async function enter(
  context: Context,
  { id }: Pick<ConversationHead, 'id'>,
  userIds: readonly string[],
  state: 'active' | 'invited',
): Promise<Membership[]> {
  // Read again, because its numbers may have changed in this transaction.
  const conversation = userIds.length > 0 ? await context.store.conversations.byId(id) : undefined
  if (!conversation) return []
  return changeMemberships(
    context,
    conversation,
    userIds.map((user_id) => ({ user_id, role: 'member', state })),
  )
}
