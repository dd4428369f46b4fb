import { type AccountChange, limits, type User } from '@parley/protocol'
import type { Missing, ReadMissing } from '../../cluster/order/catch-up.ts'
import type { Audience, ConversationAudience, Delivery } from '../../core/delivery.ts'
import { AnswerBudget, bytesOf, slicesOf } from '../../core/limits/answer-budget.ts'
import {
  accountRowsSince,
  addAccountRows,
  bringAccountRows,
  type ChangedAccountRow,
} from '../../core/rows/account-row-kind.ts'
import type { Position, Rows } from '../../core/rows/row-kind.ts'
import type { Store } from '../../storage/store.ts'
import { audienceOf } from '../conversations/head-store.ts'
import { toUser } from '../users/user-store.ts'
import { eventsSince } from './missed-changes.ts'
import { missedRows } from './missed-rows.ts'

/** The most bytes of new messages of one conversation that foreign clients get at once. */
const newsBytes = 2 * limits.conversationBytes

/**
 * Reads what the sockets of a node have missed since a position, as deliveries to them, and sends nothing. If that is
 * too much, a hint to sync takes their place. Resolves with undefined for a conversation or user that does not exist.
 */
export const readMissing: ReadMissing = { conversation: conversationSince, account: accountSince }

async function conversationSince(store: Store, id: string, from: Position): Promise<Missing | undefined> {
  const row = await store.conversations.byId(id)
  if (!row) return undefined
  const position = { rev: row.rev, seq: row.last_seq }
  if (row.rev <= from.rev) return { deliveries: [], position }
  const audience = audienceOf(row)
  const missed = await missedRows(store, row, from.rev, new AnswerBudget())
  if (typeof missed === 'string') return { deliveries: await tooMuch(store, audience, from, position), position }
  return { deliveries: eventsSince(store.rows.kinds, from, missed, audience), position }
}

/**
 * For too many changes: native clients get a hint to sync. Foreign clients, which cannot, get all new messages in
 * order; if these are too many too, they also get the hint, which makes the server end their connection so that they
 * connect again.
 */
async function tooMuch(store: Store, audience: ConversationAudience, from: Position, to: Position) {
  const hint: Delivery = { name: 'sync.hinted', payload: {}, audience }
  const news = await newsForForeign(store, audience, from, to)
  return news ? [{ ...hint, only: 'native' as const }, ...news] : [hint]
}

async function newsForForeign(store: Store, audience: ConversationAudience, from: Position, to: Position) {
  const conversationId = audience.channels[0].id
  const budget = new AnswerBudget(newsBytes)
  const deliveries: Delivery[] = []
  for (const { field, newSince } of store.rows.kinds) {
    if (!newSince) continue
    const events = await newSince({ store, conversationId, from, to, budget })
    if (!events) return undefined
    for (const { name, rows } of events) {
      const found: Rows = { [field]: rows }
      const sideOf = await store.rows.sideLoad([found])
      const payload = { conversationId, rev: to.rev, ...found, ...sideOf(found) }
      deliveries.push({ name, payload, audience, only: 'foreign' } as Delivery)
    }
  }
  return deliveries
}

async function accountSince(store: Store, userId: string, from: Position): Promise<Missing | undefined> {
  const user = await store.users.byId(userId)
  if (!user) return undefined
  const position = { rev: user.rev, seq: 0 }
  if (user.rev <= from.rev) return { deliveries: [], position }
  const audience: Audience = { channels: [{ kind: 'user', id: userId }] }
  const wanted = { isAnew: false, most: limits.answerRows + 1 }
  const rows = await accountRowsSince(store, userId, from.rev, wanted)
  const payloads = await accountChanges(store, toUser(user), rows, from, position)
  const deliveries = payloads
    ? payloads.map((payload) => ({ name: 'account.updated' as const, payload, audience }))
    : await tooMuchOfAccount(store, toUser(user), rows, position, audience)
  return { deliveries, position }
}

/** The same for an account: foreign clients get the rows without summaries or, if they are too many, the hint. */
async function tooMuchOfAccount(
  store: Store,
  user: User,
  rows: readonly ChangedAccountRow[],
  { rev }: Position,
  audience: Audience,
): Promise<Delivery[]> {
  const hint: Delivery = { name: 'sync.hinted', payload: {}, audience }
  if (rows.length > limits.answerRows) return [hint]
  const payload: AccountChange = { rev, user, memberships: [], summaries: [] }
  for (const brought of await bringAccountRows(store, user.id, rows, 'everything')) addAccountRows(payload, brought)
  return [
    { ...hint, only: 'native' },
    { name: 'account.updated', payload, audience, only: 'foreign' },
  ]
}

/** One change for each rev, of which the first has all rows; undefined if they are too many. */
async function accountChanges(
  store: Store,
  user: User,
  rows: readonly ChangedAccountRow[],
  from: Position,
  to: Position,
): Promise<AccountChange[] | undefined> {
  const count = to.rev - from.rev
  if (Math.max(rows.length, count) > limits.page) return undefined
  const budget = new AnswerBudget()
  const all: AccountChange = { rev: from.rev + 1, user, memberships: [], summaries: [] }
  for (const slice of slicesOf(rows)) {
    for (const brought of await bringAccountRows(store, user.id, slice, new Set())) {
      addAccountRows(all, brought)
      budget.spend(1, bytesOf(brought))
      if (budget.isSpent) return undefined
    }
    await budget.breathe()
  }
  // The other revs come without rows, so that devices see no gap.
  const rest = Array.from({ length: count - 1 }, (_, index) => ({
    rev: from.rev + 2 + index,
    memberships: [],
    summaries: [],
  }))
  return [all, ...rest]
}
