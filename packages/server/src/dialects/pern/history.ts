import { limits, type Message, type SideRows, type User } from '@parley/protocol'
import { type Answer, type Plan, type PlanCaller, type RouteRequest, run } from '../dialect.ts'
import { reportReceived } from '../marks.ts'
import { toWholeMessage } from './entities.ts'
import { readPageRequest } from './paging.ts'
import { receiptsOf } from './sent-message.ts'

/** The seq for an offset of which no anchor is known: counted from the newest message, including deleted ones. */
function* placeAt(conversationId: string, offset: number): Plan<number> {
  const { summary } = yield* run('conversation.get', { conversationId })
  return Math.max(summary.lastSeq - offset + 1, 1)
}

const keyOf = ({ conversationId }: RouteRequest['params'], { id }: User, offset: number) =>
  `pern ${id} ${conversationId} ${offset}`

/** The key of the end of the page before the one that is asked for; undefined for the first page. */
export const anchorKey = ({ params, query }: Pick<RouteRequest, 'params' | 'query'>, user: User) => {
  const { offset } = readPageRequest(query)
  return offset === 0 ? undefined : keyOf(params, user, offset)
}

interface Read extends SideRows {
  messages: Message[]
  hasMore: boolean
}

/** The `limit` messages before a seq, newest first. Deleted ones are left out and do not count. */
function* readBefore(conversationId: string, place: number | undefined, limit: number): Plan<Read> {
  const read: Read = { messages: [], users: [], attachments: [], tallies: [], offers: [], hasMore: false }
  let before = place
  for (let take = limit; read.messages.length < limit; take = limits.page) {
    const page = yield* run('message.page', { conversationId, before, limit: take })
    read.messages.push(...page.messages.filter(({ deletedAt }) => deletedAt === null).reverse())
    read.users.push(...page.users)
    read.attachments.push(...page.attachments)
    read.tallies.push(...page.tallies)
    read.offers.push(...page.offers)
    read.hasMore = page.hasBefore
    before = page.messages[0]?.seq
    if (!read.hasMore || before === undefined) break
  }
  return {
    ...read,
    messages: read.messages.slice(0, limit),
    hasMore: read.hasMore || read.messages.length > limit,
  }
}

/**
 * Answers with a page of the history by `limit` and `offset` (see `readPageRequest`), newest messages first, without
 * deleted ones; an offset behind the end gives an empty page. The end of the page is returned as the anchor of the next
 * offset, so that the next page continues there even if messages arrive or are deleted meanwhile. An offset without an
 * anchor is counted from the newest message, deleted ones included. Throws a PlanError (`not_found`) if the caller
 * cannot see the conversation. Only a page with the offset 0 is reported as received.
 */
export function* getHistory({ params, query, anchor }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const { user, addressOf } = caller
  const conversationId = params.conversationId ?? ''
  const { limit, offset } = readPageRequest(query)
  const place = offset === 0 ? undefined : (anchor ?? (yield* placeAt(conversationId, offset)))
  const { messages, hasMore, ...around } = yield* readBefore(conversationId, place, limit)
  const receipts = yield* receiptsOf(conversationId)
  const end = messages.at(-1)?.seq ?? place
  return {
    status: 200,
    body: {
      success: true,
      data: messages.map((message) => toWholeMessage(message, { ...around, receipts, addressOf })),
      pagination: { limit, offset, hasMore },
    },
    ...(end === undefined ? {} : { anchor: { key: keyOf(params, user, offset + limit), place: end } }),
    ...(offset === 0 ? { onceWritten: reportReceived(messages, hasMore) } : {}),
  }
}
