import { limits, type Message, type SideRows } from '@parley/protocol'
import { attempt, missing, type Plan, run } from '../dialect.ts'
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
}

/**
 * A page of history, newest first. `before` is the id of a message; the page ends before its seq, not its time, so no
 * message is skipped. Deleted messages are left out and do not count: a short page is the last one. The first page
 * marks everything as delivered.
 */
export function* readHistory(conversationId: string, query: Record<string, string>): Plan<History> {
  const limit = readLimit(query.limit)
  const history: History = { messages: [], users: [], attachments: [], offers: [] }
  let before = query.before ? yield* seqOf(query.before, conversationId) : undefined
  for (let take = limit; history.messages.length < limit; take = limits.page) {
    const page = yield* run('message.page', { conversationId, before, limit: take })
    const [oldest, newest] = [page.messages.at(0), page.messages.at(-1)]
    history.messages.push(...page.messages.filter(isShown).reverse())
    history.users.push(...page.users)
    history.attachments.push(...page.attachments)
    history.offers.push(...page.offers)
    // A client that gets the latest page has received the messages; whether they were read is not known.
    if (before === undefined && newest) yield* attempt('receipt.delivered', { conversationId, seq: newest.seq })
    if (!page.hasBefore || !oldest) break
    before = oldest.seq
  }
  return { ...history, messages: history.messages.slice(0, limit) }
}
