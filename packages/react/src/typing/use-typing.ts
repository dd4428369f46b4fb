import { useChatEntry } from '../hooks/use-chat.ts'

const nobody: readonly string[] = []

/**
 * The ids of the users who are typing in a conversation, without oneself, the latest notice last; an empty array if
 * there are none, for an unknown conversation, and while the connection is lost. An id disappears at the latest six
 * seconds after its last notice.
 */
export const useTyping = (conversationId: string): readonly string[] => useChatEntry('typing', conversationId) ?? nobody
