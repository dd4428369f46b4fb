import { type ConversationSummary, type Input, limits, type User } from '@parley/protocol'
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

/** Whether the user is an active member, and not only invited. */
export const isIn = ({ memberships }: ConversationSummary, { id }: User): boolean =>
  memberships.some(({ userId, state }) => userId === id && state === 'active')

interface Wanted extends Pick<Input<'conversation.list'>, 'kind'> {
  /** As many are enough; if left out, all are wanted. */
  enough?: number
}

/**
 * The conversations of which the user is an active member, the latest active first. Reads pages until there are enough,
 * the end, or 10,000 conversations. Invitations are left out, because no document has a word for them.
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
