import { type ConversationSummary, limits, type MemberReceipt, type Message, type Output } from '@parley/protocol'
import { type Lent, later, missing, type Plan, type PlannedOperation, run } from '../dialect.ts'
import { nameIn, peopleIn, toListedMessage, toMessage } from './entities.ts'

const isShown = ({ deletedAt }: Message) => deletedAt === null

/** The marks of the two people of a direct conversation; in a room, of the first hundred members. */
function* receiptsOf(conversationId: string): Plan<MemberReceipt[]> {
  return (yield* run('receipt.list', { conversationId, limit: limits.page })).receipts
}

type Page = Pick<Output<'message.page'>, 'attachments' | 'offers'>

function* surroundingsOf(summary: ConversationSummary, beside: Page, lent: Lent) {
  const receipts = yield* receiptsOf(summary.conversation.id)
  return { name: nameIn(summary), people: peopleIn(summary), receipts, ...beside, lent }
}

/** A message of another conversation gives no place in this one, and does not show that it exists. */
function* placeOf(messageId: string, conversationId: string): Plan<number> {
  const { message } = yield* run('message.get', { messageId })
  return message.conversationId === conversationId ? message.seq : missing()
}

interface Stretch {
  cursor?: string
  limit: number
  lent: Lent
}

/** The messages before a cursor, the newest first: the cursor is the id of the last message that the client has. */
export function* readHistory(summary: ConversationSummary, { cursor, limit, lent }: Stretch) {
  const conversationId = summary.conversation.id
  let before = cursor === undefined ? undefined : yield* placeOf(cursor, conversationId)
  const messages: Message[] = []
  const beside: Page = { attachments: [], offers: [] }
  let hasMore = false
  // Deleted messages are left out, and more is read in their stead.
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
  /** The last place when the first page was read: pages are counted from there, so that none moves while messages arrive. */
  from: number
  lent: Lent
}

/**
 * A page by its number, the newest messages on the first one. Pages are stretches of places: a deleted message leaves its
 * page shorter, and no other message changes its page.
 */
export function* readPage(summary: ConversationSummary, { page, limit, from, lent }: NumberedPage) {
  const conversationId = summary.conversation.id
  const last = from - (page - 1) * limit
  const { messages, ...beside } =
    last > 0
      ? yield* run('message.page', { conversationId, before: last + 1, limit: Math.min(limit, last) })
      : { messages: [], attachments: [], offers: [] }
  const around = yield* surroundingsOf(summary, beside, lent)
  return {
    messages: messages
      .filter(isShown)
      .map((message) => toMessage(message, around))
      .reverse(),
    hasMore: last > limit,
    totalPages: Math.ceil(from / limit),
  }
}

/** Who has the latest page has it on a device. */
export const haveAll = ({ conversation, lastSeq }: ConversationSummary): PlannedOperation =>
  later('receipt.delivered', { conversationId: conversation.id, seq: lastSeq })
