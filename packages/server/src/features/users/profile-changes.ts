import type { Context } from '../../core/context.ts'
import type { Store } from '../../storage/store.ts'
import { seenByAll } from '../blocks/hidden-positions.ts'
import { audienceOf } from '../conversations/head-store.ts'
import { type MembershipRow, toMembership } from '../memberships/membership-store.ts'
import { toUser, type UserRow } from './user-store.ts'

type ChangeContext = Pick<Context, 'store' | 'emit'>
type Profile = Partial<Pick<UserRow, 'username' | 'username_key' | 'display_name' | 'avatar_url' | 'role'>>

/** Locks an account and all its conversations until the commit. */
export async function holdProfile(store: Store, userId: string): Promise<void> {
  const ids = await store.memberships.conversationIdsOf(userId)
  await store.heads.hold(ids.map((conversationId) => ({ conversationId })))
  await store.users.hold([userId])
}

/**
 * Stores a new profile, and emits events to the user's own devices and to all their conversations. `before` must be
 * read after `holdProfile`. Returns the new row.
 */
export async function changeProfile(
  { store, emit }: ChangeContext,
  before: UserRow,
  profile: Profile,
): Promise<UserRow> {
  const row: UserRow = { ...before, ...profile, rev: await store.users.nextRev(before.id) }
  await store.users.update(row.id, profile)
  emit({
    name: 'account.updated',
    payload: { rev: row.rev, user: toUser(row), memberships: [], summaries: [] },
    audience: { channels: [{ kind: 'user', id: row.id }] },
  })
  await changeInConversations({ store, emit }, row)
  return row
}

/**
 * A new name or picture is a durable change of each conversation that the user was ever in, because their messages
 * there show it. So devices that are away get it by sync.
 */
async function changeInConversations({ store, emit }: ChangeContext, row: UserRow): Promise<void> {
  const ids = await store.memberships.conversationIdsOf(row.id)
  const reaches = await store.reaches.all(ids.map((id) => ({ conversation_id: id, user_id: row.id })))
  const memberships: MembershipRow[] = []
  const shown = new Map(
    (
      await seenByAll(
        store,
        reaches.flatMap((reach) => (reach ? [toMembership(reach.membership)] : [])),
      )
    ).map((row) => [row.conversationId, row]),
  )
  for (const reach of reaches) {
    if (!reach) continue
    const { conversation } = reach
    const { rev } = await store.heads.step(conversation.id)
    const membership = { ...reach.membership, rev }
    memberships.push(membership)
    emit({
      name: 'membership.updated',
      payload: {
        conversationId: conversation.id,
        rev,
        memberships: [{ ...(shown.get(conversation.id) ?? toMembership(membership)), rev }],
        users: [toUser(row)],
      },
      audience: audienceOf(conversation),
    })
  }
  await store.memberships.putAll(memberships)
}
