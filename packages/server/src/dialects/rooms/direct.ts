import type { ConversationSummary, User } from '@parley/protocol'
import { type Plan, run } from '../dialect.ts'
import { findDirect } from '../own-conversations.ts'
import { peopleIn } from './entities.ts'

/**
 * Returns the other user of a direct conversation. Returns the caller in a conversation with themselves, and also if
 * the row of the other user is not in the summary.
 */
export const partnerOf = (summary: ConversationSummary, user: User): User => {
  const otherId = peopleIn(summary).find((id) => id !== user.id)
  return summary.users.find(({ id }) => id === otherId) ?? user
}

/**
 * Returns the direct conversation with a user: the one without a context, else the earliest with any context (see
 * `findDirect`). If there is none at all, it opens one without a context. It is looked up first, because the rate limit
 * of opening is low. Refusals of both operations are thrown, such as `not_found` or `no_contact`.
 */
export function* openDirect(userId: string): Plan<ConversationSummary> {
  return (yield* findDirect(userId)) ?? (yield* run('conversation.openDirect', { userId })).summary
}
