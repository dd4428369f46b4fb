import { type ConversationSummary, type Input, limits } from '@parley/protocol'
import { type Plan, run } from './dialect.ts'

/**
 * The conversation with somebody, for clients that know only one with each person; null if there is none. A pair may have
 * one for each of several subjects: what these clients say goes into the one without a subject, and where only others
 * opened one, into the first of theirs, so that it is where the answer is awaited.
 */
export function* findDirect(userId: string): Plan<ConversationSummary | null> {
  const { summary } = yield* run('conversation.findDirect', { userId })
  return summary ?? (yield* run('conversation.findDirect', { userId, earliest: true })).summary
}

/** A foreign client takes its whole list in one answer, which needs an end. */
const most = 10_000

/** One's own conversations, the latest active first, page by page until these are enough. */
export function* listedConversations(
  wanted: Pick<Input<'conversation.list'>, 'kind'> = {},
  areEnough: (found: readonly ConversationSummary[]) => boolean = () => false,
): Plan<ConversationSummary[]> {
  const found: ConversationSummary[] = []
  let after: { after?: string } = {}
  for (;;) {
    const { summaries, next } = yield* run('conversation.list', { ...wanted, ...after, limit: limits.positions })
    found.push(...summaries)
    if (next === undefined || found.length >= most || areEnough(found)) return found
    after = { after: next }
  }
}
