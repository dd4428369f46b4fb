import type { User } from '@parley/protocol'
import { useChatSelection, useChatState } from '../hooks/use-chat.ts'

/** Does one block this person? Whether they block one, nobody learns. */
export const useIsBlocked = (userId: string | undefined): boolean =>
  useChatState((state) => userId !== undefined && state.blocks[userId]?.removed === false)

/** The people whom one blocks, by their names. */
export const useBlockedPeople = (): User[] =>
  useChatSelection(({ blocks, users }) =>
    Object.values(blocks)
      .filter(({ removed }) => !removed)
      .flatMap(({ userId }) => users[userId] ?? [])
      .sort((one, other) => one.displayName.localeCompare(other.displayName) || (one.id < other.id ? -1 : 1)),
  )

/**
 * Why nobody can write in a direct conversation: one blocks the other person oneself, or the server refused what was sent
 * last. Null if nothing is known against it.
 */
export const useWriteBarrier = (conversationId: string): 'blocked' | 'refused' | null =>
  useChatState(({ conversations, blocks, me }) => {
    const held = conversations[conversationId]
    if (held?.conversation.kind !== 'direct') return null
    const otherId = Object.keys(held.memberships).find((userId) => userId !== me?.id)
    if (otherId !== undefined && blocks[otherId]?.removed === false) return 'blocked'
    return held.pending.some(({ error }) => error?.code === 'no_contact') ? 'refused' : null
  })
