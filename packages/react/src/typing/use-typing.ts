import { useChatEntry } from '../hooks/use-chat.ts'

const nobody: readonly string[] = []

/** Who is typing in a conversation, by user id, without oneself. */
export const useTyping = (conversationId: string): readonly string[] => useChatEntry('typing', conversationId) ?? nobody
