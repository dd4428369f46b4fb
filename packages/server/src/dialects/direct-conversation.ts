import type { ConversationSummary } from '@parley/protocol'
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
