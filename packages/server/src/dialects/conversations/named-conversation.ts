import { type ConversationSummary, operations, type User } from '@parley/protocol'
import { missing, type Plan, run } from '../dialect.ts'
import { partnerIn } from '../pair-id.ts'
import { peopleIn } from './entities.ts'

/** The other user of a direct conversation, or the caller in a conversation with themselves; undefined for a room. */
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

/** Finds a conversation by a pair id or by its own id. Throws `not_found`. */
export function* conversationNamed(name: string, user: User): Plan<ConversationSummary> {
  const partnerId = partnerIn(name, user.id)
  if (partnerId !== undefined) return (yield* findWith(partnerId)) ?? missing()
  // The pair id of two other users is not found either.
  if (!Reference.safeParse({ conversationId: name }).success) missing()
  return (yield* run('conversation.get', { conversationId: name })).summary
}

/** The same, but opens the conversation if a pair has none yet. */
export function* openNamed(name: string, user: User): Plan<ConversationSummary> {
  const partnerId = partnerIn(name, user.id)
  return partnerId === undefined ? yield* conversationNamed(name, user) : yield* openWith(partnerId)
}

/** Finds or opens the first conversation with this user. */
export function* openWith(partnerId: string): Plan<ConversationSummary> {
  return (yield* findWith(partnerId)) ?? (yield* run('conversation.openDirect', { userId: partnerId })).summary
}
