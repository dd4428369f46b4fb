import type { ChatState, ConversationState } from '@parley/client'
import { useChatState } from '../hooks/use-chat.ts'

/** Did the person hide the conversation, and is there no later message in it? */
export function isHidden(conversationState: ConversationState, { hidings }: Pick<ChatState, 'hidings'>): boolean {
  const hiding = hidings[conversationState.conversation.id]
  return hiding?.removed === false && conversationState.lastSeq <= hiding.upToSeq
}

/**
 * Did the person hide the conversation, and is there no later message in it?
 *
 * @example const isHidden = useIsHidden(conversationId)
 */
export const useIsHidden = (conversationId: string): boolean =>
  useChatState((state) => {
    const conversationState = state.conversations[conversationId]
    return conversationState !== undefined && isHidden(conversationState, state)
  })
