import type { ConversationState } from '@parley/client'
import type { RoomLook } from '../../hooks/chat-provider.ts'
import { useChatSurface, useConversationState } from '../../hooks/use-chat.ts'

export type MessageLook = 'bubbles' | 'rows'

/** From so many members on, rows are easier to read than bubbles. */
const manyMembers = 5

function lookOf(conversationState: ConversationState | undefined, wanted: RoomLook): MessageLook {
  if (conversationState?.conversation.kind !== 'room') return 'bubbles'
  if (wanted !== 'auto') return wanted
  const members = Object.values(conversationState.memberships).filter(({ state }) => state === 'active')
  return members.length >= manyMembers ? 'rows' : 'bubbles'
}

/**
 * Does a conversation show its messages as bubbles, or as rows over the whole width? Always `bubbles` for a direct or
 * an unknown one. For a room it is the `roomLook` of the `ChatProvider`; `auto` means `rows` if five or more active
 * members are known.
 */
export function useMessageLook(conversationId: string): MessageLook {
  const { roomLook } = useChatSurface()
  return useConversationState(conversationId, (held) => lookOf(held, roomLook))
}
