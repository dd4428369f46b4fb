import type { AccountChange, ConversationSummary, Membership } from '@parley/protocol'
import type { Context } from '../../core/context.ts'
import type { Delivery } from '../../core/delivery.ts'
import type { Store } from '../../storage/store.ts'
import { seenBy, seenByAll } from '../blocks/hidden-positions.ts'
import type { ConversationRow } from '../conversations/conversation-store.ts'
import { type AdvancedRev, audienceOf, type ConversationHead } from '../conversations/head-store.ts'
import { invitedSummaries, newMemberSummaries, summariesFor } from '../conversations/summaries.ts'
import { type MembershipRow, toMembership } from './membership-store.ts'

type ChangeContext = Pick<Context, 'store' | 'emit'>
type Wanted = Pick<MembershipRow, 'user_id' | 'role' | 'state'>

/** The name of the event for a new state. */
const eventOf = (row: MembershipRow) =>
  row.state === 'active' ? 'membership.joined' : row.state === 'invited' ? 'membership.updated' : 'membership.left'

/**
 * Stores new states of memberships as one change, with one rev of the conversation and the next rev of each account;
 * the positions of existing members stay. Emits one event to the conversation, named after the first of `wanted`, and
 * one to the devices of each user. Raises `membershipRev`, because the audience changes. `wanted` names each user once
 * and must not be empty: that would take a rev without an event. `conversation` must be as it is now in the
 * transaction. Checks no permission. Returns the memberships in the order of `wanted`, as the caller may see them.
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
  await emitToConversation(context, conversation, step, rows, before)
  const isNew = ({ user_id }: MembershipRow) => conversation.kind === 'room' && !before.has(user_id)
  await emitToAccounts(context, conversation.id, rows, isNew)
  return seenBy(store, context.caller.user.id, rows.map(toMembership))
}

async function emitToConversation(
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

/** Emits to each user's devices the membership, and the summary of the conversation if the user is in it. */
async function emitToAccounts(
  { store, emit }: ChangeContext,
  conversationId: string,
  rows: readonly MembershipRow[],
  isNew: (row: MembershipRow) => boolean = () => false,
): Promise<void> {
  const summaries = await summariesOf(store, conversationId, rows, isNew)
  for (const row of rows) {
    const summary = summaries.get(row)
    const change: AccountChange = {
      rev: row.account_rev,
      memberships: [toMembership(row)],
      summaries: summary ? [summary] : [],
    }
    emit({ name: 'account.updated', payload: change, audience: { channels: [{ kind: 'user', id: row.user_id }] } })
  }
}

/**
 * The summary for each user who is in the conversation or invited. Those of invited users and of new members are read
 * together; a member who comes back, or whose role changes, may see something of their own beside the last message.
 */
async function summariesOf(
  store: Store,
  conversationId: string,
  rows: readonly MembershipRow[],
  isNew: (row: MembershipRow) => boolean,
): Promise<ReadonlyMap<MembershipRow, ConversationSummary>> {
  const summaries = new Map<MembershipRow, ConversationSummary>()
  const put = (of: readonly MembershipRow[], found: readonly ConversationSummary[]) => {
    for (const [index, summary] of found.entries()) summaries.set(of[index] as MembershipRow, summary)
  }
  const active = rows.filter(({ state }) => state === 'active')
  const entered = active.filter(isNew)
  const invited = rows.filter(({ state }) => state === 'invited')
  put(invited, await invitedSummaries(store, conversationId, invited))
  put(entered, await newMemberSummaries(store, conversationId, entered))
  for (const row of active) {
    if (!isNew(row)) put([row], await summariesFor(store, row.user_id, [conversationId]))
  }
  return summaries
}

/** The most invited users that one transaction notifies. */
export const invitedAtOnce = 100

/**
 * Sends their membership and the present settings to the next 100 invited users after the user id `after`, by events to
 * their accounts, because they get no events of the conversation. Stores in `invited_told` the last of them, after whom
 * `invited-news.ts` continues; null if there were fewer than 100. `conversation` must be as it is now in the
 * transaction.
 */
export async function notifyInvited(
  context: ChangeContext,
  conversation: Pick<ConversationRow, 'id' | 'invited_told'>,
  after = '',
): Promise<void> {
  const { store } = context
  const rows = await store.memberships.invited(conversation.id, after, invitedAtOnce)
  const accountRevs = await store.users.nextRevs(rows.map((row) => row.user_id))
  const notified = rows.map((row, index) => ({ ...row, account_rev: accountRevs[index] as number }))
  await store.memberships.putAll(notified)
  await emitToAccounts(context, conversation.id, notified)
  const last = rows.length === invitedAtOnce ? (rows.at(-1)?.user_id ?? null) : null
  if (last !== conversation.invited_told) await store.conversations.update(conversation.id, { invited_told: last })
}
