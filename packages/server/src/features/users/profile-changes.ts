import type { Context } from '../../core/context.ts'
import type { Delivery } from '../../core/delivery.ts'
import type { Kernel } from '../../core/kernel.ts'
import { startSlicedWork } from '../../core/limits/sliced-work.ts'
import type { Store } from '../../storage/store.ts'
import { seenByAll } from '../blocks/hidden-positions.ts'
import { audienceOf } from '../conversations/head-store.ts'
import { type MembershipRow, toMembership } from '../memberships/membership-store.ts'
import { toUser, type UserRow } from './user-store.ts'

type ChangeContext = Pick<Context, 'store' | 'emit'>
type Profile = Partial<Pick<UserRow, 'username' | 'username_key' | 'display_name' | 'avatar_url' | 'role'>>

/** The most conversations that one transaction gives a new profile. */
export const conversationsAtOnce = 100

/** Locks an account and its first conversations until the commit. */
export const holdProfile = (store: Store, userId: string): Promise<void> => holdNext(store, userId, '')

async function holdNext(store: Store, userId: string, after: string): Promise<void> {
  const ids = await store.memberships.conversationIdsAfter(userId, after, conversationsAtOnce)
  await store.heads.hold(ids.map((conversationId) => ({ conversationId })))
  await store.users.hold([userId])
}

/**
 * Stores a new profile, and emits events to the user's own devices and to their first conversations; the others follow
 * in slices. `before` must be read after `holdProfile`. Returns the new row.
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
  await changeInNext({ store, emit }, row, '')
  return row
}

/**
 * A new name or picture is a durable change of each conversation that the user was ever in, because their messages
 * there show it. So devices that are away get it by sync. Changes the next conversations after one, and stores the
 * progress.
 */
async function changeInNext({ store, emit }: ChangeContext, row: UserRow, after: string): Promise<void> {
  const ids = await store.memberships.conversationIdsAfter(row.id, after, conversationsAtOnce)
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
  const told = ids.length === conversationsAtOnce ? (ids.at(-1) ?? null) : null
  if (told !== row.profile_told) await store.users.update(row.id, { profile_told: told })
}

/** Brings new profiles to conversations that the transaction of the change left out, in slices between other commits. */
export function startProfileNews(kernel: Kernel): void {
  const { store, deliverHere, whenClosing } = kernel
  const news = startSlicedWork(kernel, {
    name: 'change of a profile',
    idName: 'userId',
    pending: store.users.withProfileUntold,
    work: async (userId, slice) => {
      for (let isLeft = true; isLeft; ) isLeft = await slice((transaction) => changeInRest(transaction, userId))
    },
  })
  const resume = (deliveries: readonly Delivery<'account.updated'>[]) => {
    if (deliveries.some(({ payload }) => payload.user !== undefined)) news.resume()
  }
  whenClosing(deliverHere.listen(resume, ['account.updated']))
}

/** Changes the next conversations that lack the present profile; false if there are none. */
async function changeInRest({ store, emit }: ChangeContext, userId: string): Promise<boolean> {
  const told = (await store.users.byId(userId))?.profile_told ?? null
  if (told === null) return false
  await holdNext(store, userId, told)
  const row = await store.users.byId(userId)
  // Before the locks, another node may have changed these conversations, or the profile again.
  if (row?.profile_told === told) await changeInNext({ store, emit }, row, told)
  return true
}
