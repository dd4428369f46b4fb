import { useConversation, useTotalUnread } from '@parley/react'

/** How many messages wait in what is shown: in one conversation, or in all. */
export function useShownUnread(conversation: string | null | undefined): number {
  const total = useTotalUnread()
  const held = useConversation(conversation ?? '')
  return conversation ? (held?.unread ?? 0) : total
}
