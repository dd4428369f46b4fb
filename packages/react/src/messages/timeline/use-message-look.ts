import type { ConversationState } from '@parley/client'
import type { RoomLook } from '../../hooks/chat-provider.ts'
import { useChatSurface, useConversationState } from '../../hooks/use-chat.ts'

export type MessageLook = 'bubbles' | 'rows'

/** Bubbles suit few people; from so many members on, rows are read more easily. */
const manyMembers = 5

function lookOf(held: ConversationState | undefined, wanted: RoomLook): MessageLook {
  if (held?.conversation.kind !== 'room') return 'bubbles'
  if (wanted !== 'auto') return wanted
  const members = Object.values(held.memberships).filter(({ state }) => state === 'active')
  return members.length >= manyMembers ? 'rows' : 'bubbles'
}

/** How the messages of a conversation look: as bubbles, or as rows over the whole width. */
export function useMessageLook(conversationId: string): MessageLook {
  const { roomLook } = useChatSurface()
  return useConversationState(conversationId, (held) => lookOf(held, roomLook))
}
