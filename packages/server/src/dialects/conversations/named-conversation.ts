import { type ConversationSummary, operations, type User } from '@parley/protocol'
import { missing, type Plan, run } from '../dialect.ts'
import { partnerIn } from '../pair-id.ts'
import { peopleIn } from './entities.ts'

/**
 * Returns the other user of a direct conversation, or the caller in a conversation with themselves. Returns undefined
 * for a room, and if the row of the other user is not in the summary.
 */
export const partnerOf = (summary: ConversationSummary, user: User): User | undefined => {
  if (summary.conversation.kind !== 'direct') return undefined
  const otherId = peopleIn(summary).find((id) => id !== user.id)
  return otherId === undefined ? user : summary.users.find(({ id }) => id === otherId)
}

/** The first conversation of the caller and this user, which their pair id stands for; null if there is none. */
function* findWith(userId: string): Plan<ConversationSummary | null> {
  return (yield* run('conversation.findDirect', { userId, earliest: true })).summary
}

const Reference = operations['conversation.get'].input

/**
 * Finds a conversation of the caller `user` by a pair id, which stands for the first one of the two, or by its own id.
 * Throws a PlanError (`not_found`) if there is none, also for the pair id of two other users. Opens none.
 */
export function* conversationNamed(name: string, user: User): Plan<ConversationSummary> {
  const partnerId = partnerIn(name, user.id)
  if (partnerId !== undefined) return (yield* findWith(partnerId)) ?? missing()
  // The pair id of two other users is not found either.
  if (!Reference.safeParse({ conversationId: name }).success) missing()
  return (yield* run('conversation.get', { conversationId: name })).summary
}

/**
 * Finds a conversation as `conversationNamed` does, but opens a direct one if the id is a pair id of the caller and the
 * two have none (see `openWith`). Throws a PlanError (`not_found`) for any other unknown id.
 */
export function* openNamed(name: string, user: User): Plan<ConversationSummary> {
  const partnerId = partnerIn(name, user.id)
  return partnerId === undefined ? yield* conversationNamed(name, user) : yield* openWith(partnerId)
}

/**
 * Returns the first conversation with this user, with any context; opens one without a context if there is none. Throws
 * a PlanError if that is refused, such as `not_found` for an unknown user, or `no_contact`.
 */
export function* openWith(partnerId: string): Plan<ConversationSummary> {
  return (yield* findWith(partnerId)) ?? (yield* run('conversation.openDirect', { userId: partnerId })).summary
}
