import type { AccountChange, ConversationChange, ConversationSummary } from '@parley/protocol'
import { limits } from '@parley/protocol'
import type { Context } from '../../core/context.ts'
import type { Feature } from '../../core/feature.ts'
import type { Store } from '../../storage/store.ts'
import { toConversation } from '../conversations/conversation-store.ts'
import { summariesFor } from '../conversations/summaries.ts'
import { toMembership } from '../memberships/membership-store.ts'
import { toUser } from '../users/user-store.ts'

interface Position {
  conversationId: string
  rev: number
}

/** All of it is read in one snapshot, so that what it says of different conversations fits together. */
export const sync: Feature = {
  'sync.run': async ({ epoch, rev, positions }, context) => {
    const now = await context.store.epoch()
    if (epoch !== now || rev === undefined) {
      return { epoch: now, reset: true, account: await wholeAccount(context), changes: [], resets: [] }
    }
    const held = new Set(positions.map((position) => position.conversationId))
    const account = await accountSince(context, rev, held)
    if (!account) return { epoch: now, reset: true, account: await wholeAccount(context), changes: [], resets: [] }
    return { epoch: now, reset: false, account, ...(await conversationsSince(context, positions)) }
  },
}

async function wholeAccount({ store, caller }: Context): Promise<AccountChange> {
  const user = await store.users.byId(caller.user.id)
  const summaries = await summariesFor(store, caller.user.id, { limit: limits.positions })
  const own = summaries.flatMap((summary) => summary.memberships.filter((m) => m.userId === caller.user.id))
  return { rev: user?.rev ?? 0, user: user && toUser(user), memberships: own, summaries }
}

/**
 * What changed for the account after its rev; undefined if the rev lies ahead of ours and so means nothing. A summary
 * comes only for what the device does not hold: the rest it gets as changes, which leave no gap in its messages.
 */
async function accountSince(
  { store, caller }: Context,
  since: number,
  held: ReadonlySet<string>,
): Promise<AccountChange | undefined> {
  const user = await store.users.byId(caller.user.id)
  if (!user || since > user.rev) return undefined
  const rows = since === user.rev ? [] : await store.memberships.ofAccountSince(user.id, since)
  const ids = rows
    .filter((row) => row.state === 'invited' || (row.state === 'active' && !held.has(row.conversation_id)))
    .map((row) => row.conversation_id)
  return {
    rev: user.rev,
    user: toUser(user),
    memberships: rows.map(toMembership),
    summaries: ids.length > 0 ? await summariesFor(store, user.id, { ids, limit: ids.length }) : [],
  }
}

async function conversationsSince({ store, caller }: Context, positions: readonly Position[]) {
  const changes: ConversationChange[] = []
  const tooMuch: string[] = []
  for (const { conversationId, rev } of positions) {
    const change = await changeSince(store, caller.user.id, conversationId, rev)
    if (change === 'reset') tooMuch.push(conversationId)
    else if (change) changes.push(change)
  }
  const resets: ConversationSummary[] =
    tooMuch.length > 0 ? await summariesFor(store, caller.user.id, { ids: tooMuch, limit: tooMuch.length }) : []
  return { changes, resets }
}

/** The rows of a conversation that changed after a rev; nothing for somebody who is not in it. */
async function changeSince(
  store: Store,
  userId: string,
  conversationId: string,
  since: number,
): Promise<ConversationChange | 'reset' | undefined> {
  const reach = await store.memberships.reach(conversationId, userId)
  if (reach?.membership.state !== 'active' || since === reach.conversation.rev) return undefined
  const { conversation } = reach
  if (since > conversation.rev) return 'reset'
  const most = limits.changedRows + 1
  const messages = await store.messages.changedSince(conversationId, since, conversation, most)
  const memberships = await store.memberships.changedSince(conversationId, since, most)
  if (messages.length + memberships.length > limits.changedRows) return 'reset'
  const settings = conversation.settings_rev > since ? await store.conversations.byId(conversationId) : undefined
  return {
    conversationId,
    rev: conversation.rev,
    conversation: settings && toConversation(settings),
    messages: messages.sort((a, b) => a.seq - b.seq),
    memberships,
    users: await store.users.byIds([
      ...messages.map((message) => message.senderId),
      ...memberships.map((membership) => membership.userId),
    ]),
  }
}
