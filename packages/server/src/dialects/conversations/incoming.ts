import { alone, type Incoming } from '../dialect.ts'
import {
  getConversations,
  getOnlineStatus,
  joinConversation,
  leaveConversation,
  setTyping,
} from './conversation-events.ts'
import { failed, refusal } from './failures.ts'
import { marks } from './marks.ts'
import { getMessages, sendMessage } from './message-events.ts'

const conversationId = '01970000-0000-7000-8000-000000000001'
const messageIds = ['01970000-0000-7000-8000-0000000000aa']

const events: Record<string, Omit<Incoming, 'failed' | 'refusal'>> = {
  join_conversation: { example: { conversationId, userId: 'ana' }, plan: joinConversation },
  leave_conversation: { example: { conversationId }, plan: leaveConversation },
  send_message: {
    example: { conversationId, messageType: 'text', content: { text: 'Hello!' } },
    plan: sendMessage,
  },
  typing_start: { example: { conversationId }, plan: setTyping(true) },
  typing_stop: { example: { conversationId }, plan: setTyping(false) },
  mark_as_read: {
    example: { conversationId, messageIds },
    plan: alone('mark_as_read', marks),
    together: marks,
  },
  get_messages: { example: { conversationId, limit: 50 }, plan: getMessages },
  // Its argument is ignored, so none is wrong.
  get_conversations: { example: undefined, plan: getConversations },
  // Here `userId` is the user whose status is asked for.
  get_online_status: { example: { userId: 'bo' }, claims: [], plan: getOnlineStatus },
}

/**
 * The events that these clients send, by name. A failure is acknowledged by `refusal`, and answered with the events of
 * `failed`.
 */
export const incoming: Record<string, Incoming> = Object.fromEntries(
  Object.entries(events).map(([name, event]) => [name, { ...event, failed, refusal }]),
)
