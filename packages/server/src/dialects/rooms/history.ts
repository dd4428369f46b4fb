import { limits, type Message, type SideRows } from '@parley/protocol'
import { attempt, missing, type Plan, run } from '../dialect.ts'
import { isShown } from './entities.ts'

const usual = 50

/** Whatever stands in the address, between 1 and 100; 50 if it is no number. */
const readLimit = (text: string | undefined): number => {
  const limit = Number.parseInt(text ?? '', 10)
  return Number.isNaN(limit) ? usual : Math.min(Math.max(limit, 1), limits.page)
}

/** A message of another conversation gives no place in this one, and does not show that it exists. */
function* placeOf(messageId: string, conversationId: string): Plan<number> {
  const { message } = yield* run('message.get', { messageId })
  return message.conversationId === conversationId ? message.seq : missing()
}

export interface History extends Pick<SideRows, 'users' | 'attachments' | 'offers'> {
  messages: Message[]
}

/**
 * A page of history, newest first. `before` is a message's id; its place, not its time, is where the page ends, so
 * nothing is skipped. Deleted messages are left out, and more is read in their stead: a short page means the beginning.
 */
export function* readHistory(conversationId: string, query: Record<string, string>): Plan<History> {
  const limit = readLimit(query.limit)
  const history: History = { messages: [], users: [], attachments: [], offers: [] }
  let before = query.before ? yield* placeOf(query.before, conversationId) : undefined
  for (let take = limit; history.messages.length < limit; take = limits.page) {
    const page = yield* run('message.page', { conversationId, before, limit: take })
    const [oldest, newest] = [page.messages.at(0), page.messages.at(-1)]
    history.messages.push(...page.messages.filter(isShown).reverse())
    history.users.push(...page.users)
    history.attachments.push(...page.attachments)
    history.offers.push(...page.offers)
    // Whoever has the latest page has it on a device. Only the reader knows whether it was read.
    if (before === undefined && newest) yield* attempt('receipt.delivered', { conversationId, seq: newest.seq })
    if (!page.hasBefore || !oldest) break
    before = oldest.seq
  }
  return { ...history, messages: history.messages.slice(0, limit) }
}
