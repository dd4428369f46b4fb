import { useConversation, useTotalUnread } from '@parley/react'

/**
 * The number of unread messages in this conversation, 0 if it is not known; without one, in all that are not hidden.
 */
export function useShownUnread(conversation: string | null | undefined): number {
  const total = useTotalUnread()
  const conversationState = useConversation(conversation ?? '')
  return conversation ? (conversationState?.unread ?? 0) : total
}
