import type { ConversationSummary, User } from '@parley/protocol'
import { type Plan, run } from '../dialect.ts'
import { findDirect, listedConversations } from '../own-conversations.ts'
import { peopleIn } from './entities.ts'

/** The other person of a direct conversation, or oneself in one's own. */
export const partnerOf = (summary: ConversationSummary, user: User): User => {
  const otherId = peopleIn(summary).find((id) => id !== user.id)
  return summary.users.find(({ id }) => id === otherId) ?? user
}

/** All of one's direct conversations, the latest first. */
export const listDirect = () => listedConversations({ kind: 'direct' })

/** Looked up first, because how many conversations somebody may open in a minute must not limit what they say in one. */
export function* openDirect(userId: string): Plan<ConversationSummary> {
  return (yield* findDirect(userId)) ?? (yield* run('conversation.openDirect', { userId })).summary
}
