import { useConversation, useTotalUnread } from '@parley/react'

/** The number of unread messages in this conversation, or in all without one. */
export function useShownUnread(conversation: string | null | undefined): number {
  const total = useTotalUnread()
  const conversationState = useConversation(conversation ?? '')
  return conversation ? (conversationState?.unread ?? 0) : total
}
