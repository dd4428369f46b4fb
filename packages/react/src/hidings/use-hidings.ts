import type { ChatState, ConversationState } from '@parley/client'
import { useChatState } from '../hooks/use-chat.ts'

/** Is the conversation hidden: was nothing said in it since the person hid it? */
export function isHidden(held: ConversationState, { hidings }: Pick<ChatState, 'hidings'>): boolean {
  const hiding = hidings[held.conversation.id]
  return hiding?.removed === false && held.lastSeq <= hiding.upToSeq
}

/**
 * Did the person hide this conversation, and nothing was said in it since?
 *
 * @example const isHidden = useIsHidden(conversationId)
 */
export const useIsHidden = (conversationId: string): boolean =>
  useChatState((state) => {
    const held = state.conversations[conversationId]
    return held !== undefined && isHidden(held, state)
  })
