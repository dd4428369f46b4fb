import type { AccountChange, ConversationChange, ConversationSummary, Membership } from '@parley/protocol'
import type { Context } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import { AnswerBudget, slicesOf } from '../../core/limits/answer-budget.ts'
import { OperationError } from '../../core/operation-error.ts'
import { type AccountRows, accountRowsSince, bringAccountRows } from '../../core/rows/account-row-kind.ts'
import { answerOf, bytesOfWritten, type WrittenRow, written } from '../../core/rows/answer-json.ts'
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
    const hasMore = account.rev < user.rev || !isWhole
    return answerOf({ changes, resets }, { epoch: now, reset, account, hasMore })
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

/** How many rows of an account are read at once; an answer has room for some three hundred. */
const accountRowsAtOnce = 128

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
  const fields: AccountFields = { memberships: [], summaries: [] }
  for (let from = since; from < user.rev; ) {
    const changed = await accountRowsSince(store, user.id, from, { isAnew, most: accountRowsAtOnce })
    for (const slice of slicesOf(changed)) {
      const brought = await bringAccountRows(store, user.id, slice, held)
      for (const [index, { rev }] of slice.entries()) {
        if (budget.isSpent) return accountOf(user, from, fields)
        budget.spend(1, addWritten(fields, brought[index] ?? {}))
        from = rev
      }
      await budget.breathe()
    }
    if (changed.length < accountRowsAtOnce) break
  }
  return accountOf(user, user.rev, fields)
}

interface AccountFields extends Record<string, WrittenRow[]> {
  memberships: WrittenRow<Membership>[]
  summaries: WrittenRow<ConversationSummary>[]
}

/** Appends rows to their fields; returns their bytes. */
function addWritten(fields: Record<string, WrittenRow[]>, rows: AccountRows): number {
  let bytes = 0
  for (const [field, own] of Object.entries(rows)) {
    fields[field] ??= []
    for (const one of own.map(written)) {
      fields[field].push(one)
      bytes += bytesOfWritten(one)
    }
  }
  return bytes
}

const activeAt = ({ row: { lastMessage, conversation } }: WrittenRow<ConversationSummary>) =>
  lastMessage?.createdAt ?? conversation.createdAt

/** The change of the account up to a rev; its summaries are in the order of activity, the latest first. */
const accountOf = (user: UserRow, rev: number, fields: AccountFields): AccountChange => {
  fields.summaries.sort((a, b) => activeAt(b) - activeAt(a))
  return answerOf(fields, { rev, user: toUser(user) }) as AccountChange
}

/**
 * The changes of these conversations, as many as fit into the answer. Read in slices, so that little is read in vain.
 */
async function conversationsSince(context: Context, revs: ReadonlyMap<string, number>, budget: AnswerBudget) {
  const changes: WrittenRow<ConversationChange>[] = []
  const resets: WrittenRow<ConversationSummary>[] = []
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
  { changes, resets }: { changes: WrittenRow<ConversationChange>[]; resets: WrittenRow<ConversationSummary>[] },
): Promise<boolean> {
  const tooFar: string[] = []
  let isWhole = true
  for (const { conversation, since } of await movedSince(store, caller.user.id, slice)) {
    const missed = await missedRows(store, conversation, since, budget, caller.user.id)
    isWhole = missed !== 'later'
    if (missed === 'later') break
    if (missed === 'reset') tooFar.push(conversation.id)
    else changes.push({ row: missed.change, json: missed.json })
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
