import { limits, type Message, type SideRows } from '@parley/protocol'
import { missing, type Plan, type PlannedOperation, run } from '../dialect.ts'
import { reportReceived } from '../marks.ts'
import { isShown } from './entities.ts'

const usual = 50

/** The limit of the query, from 1 to 100; 50 if it is no number. */
const readLimit = (text: string | undefined): number => {
  const limit = Number.parseInt(text ?? '', 10)
  return Number.isNaN(limit) ? usual : Math.min(Math.max(limit, 1), limits.page)
}

/** The seq of a message in this conversation. One of another conversation is not found, as if it did not exist. */
function* seqOf(messageId: string, conversationId: string): Plan<number> {
  const { message } = yield* run('message.get', { messageId })
  return message.conversationId === conversationId ? message.seq : missing()
}

export interface History extends Pick<SideRows, 'users' | 'attachments' | 'offers'> {
  messages: Message[]
  /** Reports that the client has the newest messages; empty for later pages. */
  received: PlannedOperation[]
}

/**
 * Returns a page of history, newest first, with the rows beside it; for the newest page, `received` has the operation
 * that reports it as received. `before` in the query is the id of a message; the page ends before its seq, not its
 * time, so no message is skipped; an unknown id, and one of another conversation, throws a PlanError (`not_found`).
 * `limit` is a number from 1 to 100, by default 50; others are moved into this range. Deleted messages are left out
 * and do not count: a short page is the last.
 */
export function* readHistory(conversationId: string, query: Record<string, string>): Plan<History> {
  const limit = readLimit(query.limit)
  const history: History = { messages: [], users: [], attachments: [], offers: [], received: [] }
  let hasMore = false
  let before = query.before ? yield* seqOf(query.before, conversationId) : undefined
  for (let take = limit; history.messages.length < limit; take = limits.page) {
    const page = yield* run('message.page', { conversationId, before, limit: take })
    history.messages.push(...page.messages.filter(isShown).reverse())
    history.users.push(...page.users)
    history.attachments.push(...page.attachments)
    history.offers.push(...page.offers)
    hasMore = page.hasBefore
    before = page.messages[0]?.seq
    if (!hasMore || before === undefined) break
  }
  const messages = history.messages.slice(0, limit)
  if (query.before) return { ...history, messages }
  return { ...history, messages, received: reportReceived(messages, hasMore || history.messages.length > limit) }
}
