import type { User } from '@parley/protocol'
import { useChatSelection, useChatState } from '../hooks/use-chat.ts'

/**
 * Does the user block this person? False for undefined and before the first sync. The server does not reveal the
 * opposite: whether this person blocks the user.
 */
export const useIsBlocked = (userId: string | undefined): boolean =>
  useChatState((state) => userId !== undefined && state.blocks[userId]?.removed === false)

/**
 * The people whom the user blocks, sorted by name; without those whose profile is not known. The component renders
 * again when the list changes.
 */
export const useBlockedPeople = (): User[] =>
  useChatSelection(({ blocks, users }) =>
    Object.values(blocks)
      .filter(({ removed }) => !removed)
      .flatMap(({ userId }) => users[userId] ?? [])
      .sort((one, other) => one.displayName.localeCompare(other.displayName) || (one.id < other.id ? -1 : 1)),
  )

/**
 * Why the user cannot write in a direct conversation: `blocked` if they block the other person; else `refused` as long
 * as an unsent message of theirs is there that the server refused with `no_contact`: they are no contacts, the other
 * person blocks the user, or a rule of the host. Null for rooms, for an unknown conversation, and if neither is known:
 * null does not mean that the server accepts the next message.
 */
export const useWriteBarrier = (conversationId: string): 'blocked' | 'refused' | null =>
  useChatState(({ conversations, blocks, me }) => {
    const conversationState = conversations[conversationId]
    if (conversationState?.conversation.kind !== 'direct') return null
    const otherId = Object.keys(conversationState.memberships).find((userId) => userId !== me?.id)
    if (otherId !== undefined && blocks[otherId]?.removed === false) return 'blocked'
    return conversationState.pending.some(({ error }) => error?.code === 'no_contact') ? 'refused' : null
  })
