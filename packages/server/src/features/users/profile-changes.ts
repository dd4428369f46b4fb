import type { Context } from '../../core/context.ts'
import type { Store } from '../../storage/store.ts'
import { seenByAll } from '../blocks/hidden-positions.ts'
import { audienceOf } from '../conversations/head-store.ts'
import { type MembershipRow, toMembership } from '../memberships/membership-store.ts'
import { toUser, type UserRow } from './user-store.ts'

type ChangeContext = Pick<Context, 'store' | 'emit'>
type Profile = Partial<Pick<UserRow, 'username' | 'username_key' | 'display_name' | 'avatar_url' | 'role'>>

/**
 * Locks, until the commit, a user and all conversations that the user was ever in. On SQLite, with its one writer, it
 * does nothing.
 */
export async function holdProfile(store: Store, userId: string): Promise<void> {
  const ids = await store.memberships.conversationIdsOf(userId)
  await store.heads.hold(ids.map((conversationId) => ({ conversationId })))
  await store.users.hold([userId])
}

/**
 * Stores these columns of a profile and resolves with the new row; columns left out stay, so a new `username` needs its
 * `username_key` beside it. Emits events to the user's own devices and to all conversations that the user was ever in,
 * each with a new rev; if nothing differs, it changes and emits nothing, and resolves with `before`. Call `holdProfile`
 * first, then read `before`.
 */
export async function changeProfile(
  { store, emit }: ChangeContext,
  before: UserRow,
  profile: Profile,
): Promise<UserRow> {
  const after = { ...before, ...profile }
  const isSame = (Object.keys(profile) as (keyof Profile)[]).every((name) => after[name] === before[name])
  if (isSame) return before
  const row: UserRow = { ...after, rev: await store.users.nextRev(before.id) }
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
