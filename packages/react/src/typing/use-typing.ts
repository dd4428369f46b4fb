import { useChatEntry } from '../hooks/use-chat.ts'

const nobody: readonly string[] = []

/** The ids of the users who are typing in a conversation, without oneself; an empty array if there are none. */
export const useTyping = (conversationId: string): readonly string[] => useChatEntry('typing', conversationId) ?? nobody
