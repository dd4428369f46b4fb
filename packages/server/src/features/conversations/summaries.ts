import type { ConversationSummary, Membership, Message } from '@parley/protocol'
import { type AnswerBudget, slicesOf } from '../../core/limits/answer-budget.ts'
import { bytesOfWritten, type WrittenRow, written } from '../../core/rows/answer-json.ts'
import type { Store } from '../../storage/store.ts'
import { seenBy } from '../blocks/hidden-positions.ts'
import { type MembershipRow, toMembership } from '../memberships/membership-store.ts'
import { toMessage } from '../messages/message-store.ts'
import { type ListedRow, toConversation } from './conversation-store.ts'

/**
 * Summaries of these conversations for a user, in the order of the ids; those in which the user is neither active nor
 * invited are left out. They have the user's own membership and, in a direct conversation, that of the other user as
 * `seenBy` shows it. An invited user sees the settings, but no messages: `lastSeq` and `unread` are 0, and `rev` does
 * not count messages.
 */
export async function summariesFor(
  store: Store,
  userId: string,
  ids: readonly string[],
): Promise<ConversationSummary[]> {
  if (ids.length === 0) return []
  const places = new Map(ids.map((id, place) => [id, place]))
  const placeOf = ({ id }: ListedRow) => places.get(id) ?? 0
  const rows = (await store.conversations.listed(userId, ids)).sort((a, b) => placeOf(a) - placeOf(b))
  const last = new Map(rows.flatMap((row) => lastOf(row)))
  const memberships = await shownMemberships(store, userId, rows)
  const listed = rows.map((row) => {
    const lastMessage = last.get(row.id) ?? null
    const shown = { memberships: memberships.get(row.id) ?? [], messages: lastMessage ? [lastMessage] : [] }
    return { row, shown, lastMessage }
  })
  const sideOf = await store.rows.sideLoad(
    listed.map(({ shown }) => shown),
    userId,
  )

  return listed.map(({ row, shown, lastMessage }) => ({
    conversation: toConversation(row),
    // The rev of the conversation would let invited users count its messages.
    rev: row.state === 'active' ? row.rev : Math.max(row.settings_rev, ...shown.memberships.map(({ rev }) => rev)),
    lastSeq: row.state === 'active' ? row.last_seq : 0,
    memberships: shown.memberships,
    lastMessage,
    unread: row.unread,
    ...sideOf(shown),
  }))
}

/**
 * The summary for each of these invited users, in their order, with the membership as it is given. Everything but that
 * is the same, and read once. Empty if the conversation does not exist.
 */
export async function invitedSummaries(
  store: Store,
  conversationId: string,
  invited: readonly MembershipRow[],
): Promise<ConversationSummary[]> {
  const row = invited.length > 0 ? await store.conversations.byId(conversationId) : undefined
  if (!row) return []
  const conversation = toConversation(row)
  const shown = invited.map((own) => ({ memberships: [toMembership(own)], messages: [] }))
  const sideOf = await store.rows.sideLoad(shown)
  return shown.map((rows) => ({
    conversation,
    rev: Math.max(row.settings_rev, ...rows.memberships.map(({ rev }) => rev)),
    lastSeq: 0,
    memberships: rows.memberships,
    lastMessage: null,
    unread: 0,
    ...sideOf(rows),
  }))
}

/**
 * The summary for each of these users, in their order, who were never in the room before and whose active memberships
 * are stored already. Everything but the own membership is the same, and read once, as the first of them sees it: such
 * a user has neither unread messages nor reactions there. Empty for no users. Not for direct conversations: it leaves
 * out the other user's membership.
 */
export async function newMemberSummaries(
  store: Store,
  conversationId: string,
  entered: readonly MembershipRow[],
): Promise<ConversationSummary[]> {
  const viewerId = entered[0]?.user_id
  const [row] = viewerId === undefined ? [] : await store.conversations.listed(viewerId, [conversationId])
  if (!row) return []
  const conversation = toConversation(row)
  const messages = lastOf(row).map(([, message]) => message)
  const memberships = entered.map(toMembership)
  const sideOf = await store.rows.sideLoad([{ memberships, messages }], viewerId)
  return memberships.map((own) => ({
    conversation,
    rev: row.rev,
    lastSeq: row.last_seq,
    memberships: [own],
    lastMessage: messages[0] ?? null,
    unread: 0,
    ...sideOf({ memberships: [own], messages }),
  }))
}

/**
 * The first summaries of `summariesFor`, until the budget is spent: the last may exceed it, and there are none if it is
 * spent already. Spends the budget for them, and lets other requests go first between slices.
 */
export async function summariesWithin(
  store: Store,
  userId: string,
  ids: readonly string[],
  budget: AnswerBudget,
): Promise<WrittenRow<ConversationSummary>[]> {
  const taken: WrittenRow<ConversationSummary>[] = []
  for (const slice of slicesOf(ids)) {
    if (budget.isSpent) break
    for (const summary of await summariesFor(store, userId, slice)) {
      if (budget.isSpent) break
      const one = written(summary)
      taken.push(one)
      budget.spend(1, bytesOfWritten(one))
    }
    await budget.breathe()
  }
  return taken
}

/** The last message, if there is one and the user may see it. */
function lastOf(row: ListedRow): [conversationId: string, message: Message][] {
  if (row.state !== 'active' || row.last_id === null) return []
  const message = toMessage({
    id: row.last_id,
    conversation_id: row.id,
    seq: row.last_seq,
    rev: row.last_rev as number,
    sender_id: row.last_sender_id as string,
    type: row.last_type as Message['type'],
    body: row.last_body,
    created_at: row.last_created_at as number,
    edited_at: row.last_edited_at,
    deleted_at: row.last_deleted_at,
  })
  return [[row.id, message]]
}

// Field by field, because spreading a row of so many columns costs more than reading it.
const ownOf = (row: ListedRow): Membership =>
  toMembership({
    conversation_id: row.id,
    user_id: row.user_id,
    role: row.role,
    state: row.state,
    read_seq: row.read_seq,
    delivered_seq: row.delivered_seq,
    joined_at: row.joined_at,
    joined_seq: row.joined_seq,
    rev: row.own_rev,
  })

/** The user's own membership, and that of the other user in a direct conversation. */
async function shownMemberships(
  store: Store,
  userId: string,
  rows: readonly ListedRow[],
): Promise<Map<string, Membership[]>> {
  const shown = new Map(rows.map((row) => [row.id, [ownOf(row)]]))
  const direct = rows.filter((row) => row.direct_key !== null)
  const ids = direct.map((row) => row.id)
  const others = ids.length > 0 ? (await store.memberships.othersIn(userId, ids)).map(toMembership) : []
  // The conversation says itself whether a block or an awaited answer may hide positions, so few are looked up.
  const mayHide = new Set(direct.filter((row) => row.direct_blocked || row.direct_awaits !== null).map((row) => row.id))
  const plain = others.filter((row) => !mayHide.has(row.conversationId))
  const hidden = others.filter((row) => mayHide.has(row.conversationId))
  for (const row of [...plain, ...(await seenBy(store, userId, hidden))]) shown.get(row.conversationId)?.push(row)
  return shown
}
