import type { AccountChange, ConversationChange, ConversationSummary } from '@parley/protocol'
import type { Context } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import { AnswerBudget, bytesOf, slicesOf } from '../../core/limits/answer-budget.ts'
import { OperationError } from '../../core/operation-error.ts'
import { accountRowsSince, addAccountRows, bringAccountRows } from '../../core/rows/account-row-kind.ts'
import type { ConversationHead } from '../conversations/head-store.ts'
import { summariesWithin } from '../conversations/summaries.ts'
import { toUser, type UserRow } from '../users/user-store.ts'
import { missedRows } from './missed-rows.ts'
import type { syncPolicy } from './sync-policy.ts'

interface Position {
  conversationId: string
  rev: number
}

/**
 * Returns what changed since the positions of a device, or everything if they are invalid (`reset`). A conversation
 * with too many changes comes in `resets`, as a summary; one that the caller has left is left out. An answer has a
 * limited size: with `hasMore`, the device asks again from the positions that it has then (ADR 15). Each answer is read
 * in one snapshot, so that its conversations are consistent with each other.
 */
export const syncHandlers: Handlers<keyof typeof syncPolicy> = {
  'sync.run': async ({ epoch, rev, positions }, context) => {
    const { store, caller } = context
    const now = await store.meta.epoch()
    const user = await store.users.byId(caller.user.id)
    if (!user) throw new OperationError('unauthenticated')
    const budget = new AnswerBudget()
    // A position of another epoch, or from the future, is invalid.
    const reset = epoch !== now || rev === undefined || rev > user.rev
    const since = reset ? 0 : rev
    const revs = reset ? new Map<string, number>() : lowestRevs(positions)
    const account = await accountSince(context, user, since, reset, revs, budget)
    const { changes, resets, isWhole } = await conversationsSince(context, revs, budget)
    return { epoch: now, reset, account, changes, resets, hasMore: account.rev < user.rev || !isWhole }
  },
}

/** A conversation that is named twice is answered once, from the lower rev, so that there is no gap for either. */
function lowestRevs(positions: readonly Position[]): Map<string, number> {
  const revs = new Map<string, number>()
  for (const { conversationId, rev } of positions) {
    revs.set(conversationId, Math.min(rev, revs.get(conversationId) ?? rev))
  }
  return revs
}

/**
 * The rows of the account that changed after a rev, in the order of their revs. A full answer ends at the rev of its
 * last row; rows that change meanwhile come later with a higher rev. `isAnew` leaves out ended rows, which a new device
 * does not have.
 */
async function accountSince(
  { store }: Context,
  user: UserRow,
  since: number,
  isAnew: boolean,
  held: ReadonlyMap<string, number>,
  budget: AnswerBudget,
): Promise<AccountChange> {
  const account: AccountChange = { rev: since, user: toUser(user), memberships: [], summaries: [] }
  const wanted = { isAnew, most: budget.rows + 1 }
  const changed = since < user.rev ? await accountRowsSince(store, user.id, since, wanted) : []
  for (const slice of slicesOf(changed)) {
    const brought = await bringAccountRows(store, user.id, slice, held)
    for (const [index, { rev }] of slice.entries()) {
      if (budget.isSpent) return latestFirst(account)
      const rows = brought[index] ?? {}
      addAccountRows(account, rows)
      account.rev = rev
      budget.spend(1, bytesOf(rows))
    }
    await budget.breathe()
  }
  return latestFirst({ ...account, rev: user.rev })
}

const activeAt = ({ lastMessage, conversation }: ConversationSummary) =>
  lastMessage?.createdAt ?? conversation.createdAt

const latestFirst = (account: AccountChange): AccountChange => ({
  ...account,
  summaries: account.summaries.sort((a, b) => activeAt(b) - activeAt(a)),
})

/**
 * The changes of these conversations, as many as fit into the answer. Read in slices, so that little is read in vain.
 */
async function conversationsSince(context: Context, revs: ReadonlyMap<string, number>, budget: AnswerBudget) {
  const changes: ConversationChange[] = []
  const resets: ConversationSummary[] = []
  for (const slice of slicesOf([...revs])) {
    const isWhole = await sliceSince(context, slice, budget, { changes, resets })
    if (!isWhole) return { changes, resets, isWhole }
    await budget.breathe()
  }
  return { changes, resets, isWhole: true }
}

/** Adds the changes of a slice of conversations; resolves with false if not all of them fit. */
async function sliceSince(
  { store, caller }: Context,
  slice: readonly [id: string, since: number][],
  budget: AnswerBudget,
  { changes, resets }: { changes: ConversationChange[]; resets: ConversationSummary[] },
): Promise<boolean> {
  const tooFar: string[] = []
  let isWhole = true
  for (const { conversation, since } of await movedSince(store, caller.user.id, slice)) {
    const missed = await missedRows(store, conversation, since, budget, caller.user.id)
    isWhole = missed !== 'later'
    if (missed === 'later') break
    if (missed === 'reset') tooFar.push(conversation.id)
    else changes.push(missed.change)
    await budget.breathe()
  }
  const summaries = await summariesWithin(store, caller.user.id, tooFar, budget)
  resets.push(...summaries)
  return isWhole && summaries.length === tooFar.length
}

/** The conversations whose rev differs from the device's; those of which the caller is no member are left out. */
async function movedSince(
  store: Context['store'],
  userId: string,
  slice: readonly [id: string, since: number][],
): Promise<{ conversation: ConversationHead; since: number }[]> {
  const ways = slice.map(([conversation_id]) => ({ conversation_id, user_id: userId }))
  return (await store.reaches.all(ways)).flatMap((reach, index) => {
    const since = slice[index]?.[1] ?? 0
    if (!reach?.membership.is_open || reach.membership.state !== 'active') return []
    return reach.conversation.rev !== since ? [{ conversation: reach.conversation, since }] : []
  })
}
