import { useChatState } from '../hooks/use-chat.ts'

const nobody: readonly string[] = []

/** The ids of the other users who are typing in a conversation. */
export const useTyping = (conversationId: string): readonly string[] =>
  useChatState((state) => state.typing[conversationId] ?? nobody)
