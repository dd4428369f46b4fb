import { type ConversationSummary, type Input, limits } from '@parley/protocol'
import { type Plan, run } from './dialect.ts'

/**
 * The direct conversation with a user, for clients that know only one with each; null if there is none. Two users may
 * have several with different contexts: then it is the one without a context, else the earliest, where the other user
 * awaits answers.
 */
export function* findDirect(userId: string): Plan<ConversationSummary | null> {
  const { summary } = yield* run('conversation.findDirect', { userId })
  return summary ?? (yield* run('conversation.findDirect', { userId, earliest: true })).summary
}

/** Foreign clients get the whole list in one answer, so its length must be limited. */
const most = 10_000

/**
 * The caller's conversations, the latest active first. Reads pages until `areEnough`, the end, or 10,000 conversations.
 */
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
