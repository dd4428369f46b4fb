import { type ConversationSummary, limits, type MemberReceipt, type Message, type Output } from '@parley/protocol'
import { type Lent, missing, type Plan, run } from '../dialect.ts'
import { reportReceived } from '../marks.ts'
import { nameIn, peopleIn, toListedMessage, toMessage } from './entities.ts'

const isShown = ({ deletedAt }: Message) => deletedAt === null

/** The receipts of the two users of a direct conversation; in a room, those of the first hundred members. */
function* receiptsOf(conversationId: string): Plan<MemberReceipt[]> {
  return (yield* run('receipt.list', { conversationId, limit: limits.page })).receipts
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
 * The `limit` messages before a cursor, newest first. The cursor is the id of the oldest message that the client has.
 */
export function* readHistory(summary: ConversationSummary, { cursor, limit, lent }: HistoryRequest) {
  const conversationId = summary.conversation.id
  let before = cursor === undefined ? undefined : yield* seqOf(cursor, conversationId)
  const messages: Message[] = []
  const beside: Page = { attachments: [], offers: [] }
  let hasMore = false
  // Deleted messages are left out, so further pages are read until there are enough others.
  while (messages.length < limit) {
    const page = yield* run('message.page', { conversationId, before, limit })
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
 * A page by its number; the first has the newest messages. Pages are ranges of seqs: a deleted message makes its page
 * shorter and moves no other message. `received` reports that the client has the first page.
 */
export function* readPage(summary: ConversationSummary, { page, limit, from, lent }: NumberedPage) {
  const conversationId = summary.conversation.id
  const last = from - (page - 1) * limit
  const { messages, ...beside } =
    last > 0
      ? yield* run('message.page', { conversationId, before: last + 1, limit: Math.min(limit, last) })
      : { messages: [], attachments: [], offers: [] }
  const around = yield* surroundingsOf(summary, beside, lent)
  const newestFirst = messages.toReversed()
  const hasMore = last > limit
  const data = {
    messages: newestFirst.filter(isShown).map((message) => toMessage(message, around)),
    hasMore,
    totalPages: Math.ceil(from / limit),
  }
  return { data, received: reportReceived(newestFirst, hasMore) }
}
