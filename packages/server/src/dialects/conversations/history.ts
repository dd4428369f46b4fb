import { type ConversationSummary, limits, type MemberReceipt, type Message, type Output } from '@parley/protocol'
import { type Anchor, type Lent, missing, type Plan, run } from '../dialect.ts'
import { reportReceived } from '../marks.ts'
import { type MessageContext, nameIn, peopleIn, toListedMessage } from './entities.ts'

const isShown = ({ deletedAt }: Message) => deletedAt === null

/**
 * The receipts of all members; none in a room of more than a hundred, where a status better than `sent` would need
 * those of everybody.
 */
function* receiptsOf(conversationId: string): Plan<MemberReceipt[]> {
  const { receipts, hasMore } = yield* run('receipt.list', { conversationId, limit: limits.page })
  return hasMore ? [] : receipts
}

type Page = Pick<Output<'message.page'>, 'attachments' | 'offers'>

function* surroundingsOf(summary: ConversationSummary, beside: Page, lent: Lent) {
  const receipts = yield* receiptsOf(summary.conversation.id)
  return { name: nameIn(summary), people: peopleIn(summary), receipts, ...beside, lent }
}

/** The seq of a message in this conversation. One of another conversation is not found, as if it did not exist. */
function* seqOf(messageId: string, conversationId: string): Plan<number> {
  const { message } = yield* run('message.get', { messageId })
  return message.conversationId === conversationId ? message.seq : missing()
}

interface HistoryRequest {
  cursor?: string
  limit: number
  lent: Lent
}

/**
 * Returns the `limit` (1 to 100) messages before a cursor, or the newest ones without one, newest first. The cursor is
 * the id of the oldest message that the client has; an unknown one, and one of another conversation, throws a PlanError
 * (`not_found`). Deleted messages are left out and do not count. `nextCursor` is the id of the last message, also if
 * `hasMore` is false; null if there are none. In a room of more than a hundred members the statuses are `sent`.
 */
export function* readHistory(summary: ConversationSummary, { cursor, limit, lent }: HistoryRequest) {
  const conversationId = summary.conversation.id
  let before = cursor === undefined ? undefined : yield* seqOf(cursor, conversationId)
  const messages: Message[] = []
  const beside: Page = { attachments: [], offers: [] }
  let hasMore = false
  // Deleted messages are left out, so further pages, which are larger, are read until there are enough others.
  for (let take = limit; messages.length < limit; take = limits.page) {
    const page = yield* run('message.page', { conversationId, before, limit: take })
    messages.push(...page.messages.filter(isShown).reverse())
    beside.attachments.push(...page.attachments)
    beside.offers.push(...page.offers)
    before = page.messages[0]?.seq
    hasMore = page.hasBefore
    if (!hasMore || before === undefined) break
  }
  const shown = messages.slice(0, limit)
  const around = yield* surroundingsOf(summary, beside, lent)
  return {
    messages: shown.map((message) => toListedMessage(message, around)),
    hasMore: hasMore || messages.length > limit,
    nextCursor: shown.at(-1)?.id ?? null,
  }
}

interface Counted {
  page: number
  lastSeq: number
  /** The key under which the anchor is kept. */
  key: string
  /** The kept anchor, if it is known. */
  known: number | undefined
}

/**
 * Returns the last seq from which numbered pages count. For the first page it is that of the conversation, also as an
 * `anchor` that the caller must keep. For further pages it is the kept anchor; if none is known, the conversation's
 * last seq.
 */
export function startOf({ page, lastSeq, key, known }: Counted): { from: number; anchor?: Anchor } {
  if (page === 1) return { from: lastSeq, anchor: { key, place: lastSeq } }
  return { from: Math.min(known ?? lastSeq, lastSeq) }
}

/** The `count` messages up to the seq `last`, in several reads if one answer has no room for all of them. */
function* readRange(conversationId: string, last: number, count: number) {
  const range: Page & { messages: Message[] } = { messages: [], attachments: [], offers: [] }
  for (let left = count; left > 0; left = count - range.messages.length) {
    const page = yield* run('message.page', { conversationId, before: last - range.messages.length + 1, limit: left })
    if (page.messages.length === 0) break
    range.messages.unshift(...page.messages)
    range.attachments.push(...page.attachments)
    range.offers.push(...page.offers)
  }
  return range
}

export interface NumberedPage {
  page: number
  limit: number
  /**
   * The last seq when the first page was read. Pages are counted from it, so that they do not move while messages
   * arrive.
   */
  from: number
  lent: Lent
}

/**
 * Returns a page by its number as `data`, with `hasMore` and `totalPages`; the first has the newest messages, newest
 * first. Pages are ranges of `limit` (1 to 100) seqs: a deleted message makes its page shorter, even empty, and moves
 * no other message. A page after the last is empty. `received` has the operation that reports this page as received;
 * run it for the first page only. In a room of more than a hundred members the statuses are `sent`.
 */
export function* readPage<Entity>(
  summary: ConversationSummary,
  { page, limit, from, lent }: NumberedPage,
  toEntity: (message: Message, context: MessageContext) => Entity,
) {
  const conversationId = summary.conversation.id
  const last = from - (page - 1) * limit
  const { messages, ...beside } = yield* readRange(conversationId, last, Math.min(limit, last))
  const around = yield* surroundingsOf(summary, beside, lent)
  const newestFirst = messages.toReversed()
  const hasMore = last > limit
  const data = {
    messages: newestFirst.filter(isShown).map((message) => toEntity(message, around)),
    hasMore,
    totalPages: Math.ceil(from / limit),
  }
  return { data, received: reportReceived(newestFirst, hasMore) }
}
