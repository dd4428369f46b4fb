import { useChatEntry, useChatState, useChatSurface, useConversationState } from '../hooks/use-chat.ts'
import { isHiddenBy } from './is-hidden.ts'

/**
 * Did the person hide the conversation, and is there no later message in it? False if the conversation is not known.
 *
 * @example const isHidden = useIsHidden(conversationId)
 */
export function useIsHidden(conversationId: string): boolean {
  const hiding = useChatEntry('hidings', conversationId)
  return useConversationState(conversationId, (held) => held !== undefined && isHiddenBy(hiding, held))
}

/** Is any conversation hidden? A filter of the list finds those. */
export function useHasHidden(): boolean {
  const { hidden } = useChatSurface().lists
  return useChatState((state) => hidden(state) > 0)
}
