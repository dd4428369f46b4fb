import type { AccountChange, Membership } from '@parley/protocol'
import type { Context } from '../../core/context.ts'
import type { Delivery } from '../../core/delivery.ts'
import { seenBy, seenByAll } from '../blocks/hidden-positions.ts'
import type { ConversationRow } from '../conversations/conversation-store.ts'
import { type AdvancedRev, audienceOf, type ConversationHead } from '../conversations/head-store.ts'
import { invitedSummaries, summariesFor } from '../conversations/summaries.ts'
import { type MembershipRow, toMembership } from './membership-store.ts'

type ChangeContext = Pick<Context, 'store' | 'emit'>
type Wanted = Pick<MembershipRow, 'user_id' | 'role' | 'state'>

/** What happened to a membership decides how it is told. */
const eventOf = (row: MembershipRow) =>
  row.state === 'active' ? 'membership.joined' : row.state === 'invited' ? 'membership.updated' : 'membership.left'

/**
 * Puts memberships into a new state as one change: one rev for the conversation, the next rev of each account. Tells the
 * conversation, and each person on all their devices. Who may listen changes with it: `membershipRev` is the new rev.
 */
export async function changeMemberships(
  context: Context,
  conversation: ConversationHead,
  wanted: readonly Wanted[],
): Promise<Membership[]> {
  const { store, now } = context
  const before = new Map(
    (
      await store.memberships.of(
        conversation.id,
        wanted.map((w) => w.user_id),
      )
    ).map((row) => [row.user_id, row]),
  )
  const step = await store.heads.step(conversation.id)
  await store.conversations.update(conversation.id, { membership_rev: step.rev })
  const accountRevs = await store.users.nextRevs(wanted.map((w) => w.user_id))
  const rows = wanted.map(({ user_id, role, state }, index): MembershipRow => {
    const old = before.get(user_id)
    const comesIn = state === 'active' && old?.state !== 'active'
    return {
      conversation_id: conversation.id,
      user_id,
      role,
      state,
      read_seq: old?.read_seq ?? 0,
      delivered_seq: old?.delivered_seq ?? 0,
      read_at: old?.read_at ?? null,
      delivered_at: old?.delivered_at ?? null,
      joined_at: comesIn ? now : state === 'invited' ? null : (old?.joined_at ?? null),
      joined_seq: comesIn ? step.last_seq : (old?.joined_seq ?? 0),
      rev: step.rev,
      account_rev: accountRevs[index] as number,
    }
  })
  await store.memberships.putAll(rows)
  await tellConversation(context, conversation, step, rows, before)
  await tellAccounts(context, conversation.id, rows)
  return seenBy(store, context.caller.user.id, rows.map(toMembership))
}

async function tellConversation(
  { store, emit }: Context,
  conversation: ConversationHead,
  step: AdvancedRev,
  rows: MembershipRow[],
  before: ReadonlyMap<string, MembershipRow>,
): Promise<void> {
  const [first] = rows
  if (!first) return
  const isRoleChange = before.get(first.user_id)?.state === first.state
  emit({
    name: isRoleChange ? 'membership.updated' : eventOf(first),
    payload: {
      conversationId: conversation.id,
      rev: step.rev,
      memberships: await seenByAll(store, rows.map(toMembership)),
      users: await store.users.byIds(rows.map((row) => row.user_id)),
    },
    audience: {
      ...audienceOf({ ...conversation, membership_rev: step.rev }),
      membershipRevBefore: conversation.membership_rev,
    },
  } as Delivery)
}

/** Tells each person on all their devices. */
async function tellAccounts(
  { store, emit }: ChangeContext,
  conversationId: string,
  rows: readonly MembershipRow[],
): Promise<void> {
  const invited = rows.filter(({ state }) => state === 'invited')
  const ofInvited = await invitedSummaries(store, conversationId, invited)
  const summaries = new Map(invited.map((row, index) => [row, ofInvited[index]] as const))
  for (const row of rows) {
    const summary = summaries.get(row)
    const change: AccountChange = {
      rev: row.account_rev,
      memberships: [toMembership(row)],
      summaries: summary ? [summary] : await summariesFor(store, row.user_id, [conversationId]),
    }
    emit({ name: 'account.updated', payload: change, audience: { channels: [{ kind: 'user', id: row.user_id }] } })
  }
}

/** How many invited people one transaction notifies. */
export const invitedAtOnce = 100

/**
 * Those who are invited do not hear the conversation: what it is called now they learn with their account. Tells the next of
 * them behind a user, and notes how far that was: `invited-news.ts` tells the others.
 */
export async function tellInvited(
  context: ChangeContext,
  conversation: Pick<ConversationRow, 'id' | 'invited_told'>,
  after = '',
): Promise<void> {
  const { store } = context
  const rows = await store.memberships.invited(conversation.id, after, invitedAtOnce)
  const accountRevs = await store.users.nextRevs(rows.map((row) => row.user_id))
  const told = rows.map((row, index) => ({ ...row, account_rev: accountRevs[index] as number }))
  await store.memberships.putAll(told)
  await tellAccounts(context, conversation.id, told)
  const last = rows.length === invitedAtOnce ? (rows.at(-1)?.user_id ?? null) : null
  if (last !== conversation.invited_told) await store.conversations.update(conversation.id, { invited_told: last })
}
