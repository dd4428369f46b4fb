import { type ConversationSummary, type Input, limits, type User } from '@parley/protocol'
import { type Plan, run } from './dialect.ts'

/**
 * Returns the caller's direct conversation with a user, for clients that know only one with each; null if there is
 * none, also for an unknown user: it opens none. Two users may have several with different contexts: then it is the one
 * without a context, else the earliest, where the other user awaits answers.
 */
export function* findDirect(userId: string): Plan<ConversationSummary | null> {
  const { summary } = yield* run('conversation.findDirect', { userId })
  return summary ?? (yield* run('conversation.findDirect', { userId, earliest: true })).summary
}

/** Foreign clients get the whole list in one answer, so its length must be limited. */
const most = 10_000

/**
 * True if a membership in the summary shows the user as active, and not only as invited. A summary of a room has only
 * the membership of the caller, so it is false for other members.
 */
export const isIn = ({ memberships }: ConversationSummary, { id }: User): boolean =>
  memberships.some(({ userId, state }) => userId === id && state === 'active')

interface Wanted extends Pick<Input<'conversation.list'>, 'kind'> {
  /** As many are enough; if left out, all are wanted. */
  enough?: number
}

/**
 * Returns the conversations, of one `kind` if given, of which `user`, the caller, is an active member, the latest
 * active first. Invitations are left out, because no document has a word for them. It reads whole pages until it has
 * `enough`, has read 10,000, with invitations, or reaches the end, and returns all that it found, so there may be more
 * than `enough`, and the rest is cut without a sign.
 */
export function* listedConversations(
  user: User,
  { enough = most, ...wanted }: Wanted = {},
): Plan<ConversationSummary[]> {
  const found: ConversationSummary[] = []
  let read = 0
  let after: { after?: string } = {}
  for (;;) {
    const { summaries, next } = yield* run('conversation.list', { ...wanted, ...after, limit: limits.positions })
    read += summaries.length
    found.push(...summaries.filter((summary) => isIn(summary, user)))
    if (next === undefined || read >= most || found.length >= enough) return found
    after = { after: next }
  }
}
