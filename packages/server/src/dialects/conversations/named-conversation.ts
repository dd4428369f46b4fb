import { type ConversationSummary, operations, type User } from '@parley/protocol'
import { missing, type Plan, run } from '../dialect.ts'
import { partnerIn } from '../pair-id.ts'
import { peopleIn } from './entities.ts'

/** The other person of a direct conversation, or oneself in one’s own. */
export const partnerOf = (summary: ConversationSummary, user: User): User | undefined => {
  if (summary.conversation.kind !== 'direct') return undefined
  const otherId = peopleIn(summary).find((id) => id !== user.id)
  return otherId === undefined ? user : summary.users.find(({ id }) => id === otherId)
}

/** The name of a pair means the first conversation that the two had: those about other jobs go by their own ids. */
function* findWith(userId: string): Plan<ConversationSummary | null> {
  return (yield* run('conversation.findDirect', { userId, earliest: true })).summary
}

const Reference = operations['conversation.get'].input

/** A conversation by the name of a pair, or by its id. */
export function* conversationNamed(name: string, user: User): Plan<ConversationSummary> {
  const partnerId = partnerIn(name, user.id)
  if (partnerId !== undefined) return (yield* findWith(partnerId)) ?? missing()
  // The name of a pair of others is no id, and answers like what does not exist.
  if (!Reference.safeParse({ conversationId: name }).success) missing()
  return (yield* run('conversation.get', { conversationId: name })).summary
}

/** The same; a pair that has none yet has one from now on. */
export function* openNamed(name: string, user: User): Plan<ConversationSummary> {
  const partnerId = partnerIn(name, user.id)
  return partnerId === undefined ? yield* conversationNamed(name, user) : yield* openWith(partnerId)
}

export function* openWith(partnerId: string): Plan<ConversationSummary> {
  return (yield* findWith(partnerId)) ?? (yield* run('conversation.openDirect', { userId: partnerId })).summary
}
