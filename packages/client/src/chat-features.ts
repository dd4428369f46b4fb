import type { Chat } from './chat.ts'
import type { ClientContext } from './client-context.ts'
import { createConversations } from './conversations/conversations.ts'
import { createMemberships } from './memberships/memberships.ts'
import { createMessages } from './messages/messages.ts'
import type { Outbox } from './outbox/outbox.ts'
import { PresenceWatcher } from './presence/presence.ts'
import { ReceiptQueue } from './receipts/receipts.ts'
import { UnreadRecount } from './receipts/unread-recount.ts'
import { createOwnSessions } from './sessions/own-sessions.ts'
import { TypingNotices } from './typing/typing.ts'
import { createUsers } from './users/users.ts'

export type ChatFeatures = Pick<
  Chat,
  'conversations' | 'memberships' | 'messages' | 'receipts' | 'typing' | 'presence' | 'users' | 'sessions'
>

/** Every feature of a chat. Each listens by itself to the events and changes that concern it. */
export function createFeatures(context: ClientContext, outbox: Outbox): ChatFeatures {
  const typing = new TypingNotices(context)
  const receipts = new ReceiptQueue(context)
  new UnreadRecount(context, (conversationId) => receipts.whenIdle(conversationId))
  return {
    conversations: createConversations(context),
    memberships: createMemberships(context),
    messages: createMessages(context, outbox, (conversationId) => typing.sent(conversationId)),
    receipts,
    typing,
    presence: new PresenceWatcher(context),
    users: createUsers(context),
    sessions: createOwnSessions(context),
  }
}
