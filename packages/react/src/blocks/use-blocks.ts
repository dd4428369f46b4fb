import type { User } from '@parley/protocol'
import { useChatSelection, useChatState } from '../hooks/use-chat.ts'

/** Does the user block this person? The server does not reveal the opposite: whether this person blocks the user. */
export const useIsBlocked = (userId: string | undefined): boolean =>
  useChatState((state) => userId !== undefined && state.blocks[userId]?.removed === false)

/** The people whom the user blocks, sorted by name. */
export const useBlockedPeople = (): User[] =>
  useChatSelection(({ blocks, users }) =>
    Object.values(blocks)
      .filter(({ removed }) => !removed)
      .flatMap(({ userId }) => users[userId] ?? [])
      .sort((one, other) => one.displayName.localeCompare(other.displayName) || (one.id < other.id ? -1 : 1)),
  )

/**
 * Why the user cannot write in a direct conversation: they block the other person, or the server refused a message that
 * they tried to send. Null for rooms, and if neither is known.
 */
export const useWriteBarrier = (conversationId: string): 'blocked' | 'refused' | null =>
  useChatState(({ conversations, blocks, me }) => {
    const conversationState = conversations[conversationId]
    if (conversationState?.conversation.kind !== 'direct') return null
    const otherId = Object.keys(conversationState.memberships).find((userId) => userId !== me?.id)
    if (otherId !== undefined && blocks[otherId]?.removed === false) return 'blocked'
    return conversationState.pending.some(({ error }) => error?.code === 'no_contact') ? 'refused' : null
  })
