import { type AccountChange, limits } from '@parley/protocol'
import type { Channel } from '../../core/channel.ts'
import type { Audience, ConversationAudience, Delivery } from '../../core/deliver.ts'
import { AnswerBudget } from '../../core/limits/answer-budget.ts'
import { audienceOf } from '../../features/conversations/conversation-store.ts'
import { summariesFor } from '../../features/conversations/summaries.ts'
import { toMembership } from '../../features/memberships/membership-store.ts'
import { toMessage } from '../../features/messages/message-store.ts'
import { missedRows } from '../../features/sync/missed-rows.ts'
import { toUser } from '../../features/users/user-store.ts'
import type { Database } from '../../storage/database.ts'
import type { CreateStore, Store } from '../../storage/store.ts'
import { eventsSince } from './missed-changes.ts'
import type { Position } from './position-store.ts'

/** What a node's sockets have not been told yet, and where they are once they have. */
export interface Missing {
  deliveries: Delivery[]
  position: Position
}

/** Reads what changed in a conversation or an account since a position; undefined if it does not exist. */
export type CatchUp = (channel: Channel, from: Position) => Promise<Missing | undefined>

export const createCatchUp =
  (database: Database, createStore: CreateStore): CatchUp =>
  (channel, from) =>
    database.snapshot((read) => {
      const store = createStore(read)
      const { kind, id } = channel
      return kind === 'conversation' ? conversationSince(store, id, from) : accountSince(store, id, from)
    })

async function conversationSince(store: Store, id: string, from: Position): Promise<Missing | undefined> {
  const row = await store.conversations.byId(id)
  if (!row) return undefined
  const position = { rev: row.rev, seq: row.last_seq }
  if (row.rev <= from.rev) return { deliveries: [], position }
  const audience = audienceOf(row)
  const missed = await missedRows(store, row, from.rev, new AnswerBudget())
  if (typeof missed === 'string') return { deliveries: await tooMuch(store, audience, from, position), position }
  return { deliveries: eventsSince(from, missed, audience), position }
}

/** Devices sync instead. Foreign clients cannot, so they are still given every new message, in order. */
async function tooMuch(store: Store, audience: ConversationAudience, from: Position, to: Position) {
  const conversationId = audience.channels[0].id
  const deliveries: Delivery[] = [{ name: 'sync.hinted', payload: {}, audience }]
  for (let { seq } = from; seq < to.seq; ) {
    const rows = await store.messages.after(conversationId, seq, limits.changedRows)
    const messages = rows.filter((row) => row.deleted_at === null).map(toMessage)
    const users = await store.users.byIds(messages.map(({ senderId }) => senderId))
    deliveries.push({ name: 'message.created', payload: { conversationId, rev: to.rev, messages, users }, audience })
    seq = rows.at(-1)?.seq ?? to.seq
  }
  return deliveries
}

async function accountSince(store: Store, userId: string, from: Position): Promise<Missing | undefined> {
  const user = await store.users.byId(userId)
  if (!user) return undefined
  const position = { rev: user.rev, seq: 0 }
  if (user.rev <= from.rev) return { deliveries: [], position }
  const audience: Audience = { channels: [{ kind: 'user', id: userId }] }
  const rows = await store.memberships.ofAccountSince(userId, from.rev, false, limits.page + 1)
  if (Math.max(rows.length, user.rev - from.rev) > limits.page) {
    return { deliveries: [{ name: 'sync.hinted', payload: {}, audience }], position }
  }
  const all: AccountChange = {
    rev: from.rev + 1,
    user: toUser(user),
    memberships: rows.map(toMembership),
    summaries: await summariesFor(
      store,
      userId,
      rows.map((row) => row.conversation_id),
    ),
  }
  // All of it at once, and then the revs that say nothing more, so that no device sees a gap.
  const rest = Array.from({ length: user.rev - from.rev - 1 }, (_, index) => ({
    rev: from.rev + 2 + index,
    memberships: [],
    summaries: [],
  }))
  return { deliveries: [all, ...rest].map((payload) => ({ name: 'account.updated', payload, audience })), position }
}
