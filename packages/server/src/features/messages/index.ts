import { feature } from '../../core/feature.ts'
import { createMessageChangeHandlers } from './message-changes.ts'
import { messageErasure } from './message-erasure.ts'
import { messageHistoryStore } from './message-history-store.ts'
import { messagePageHandlers } from './message-pages.ts'
import { messagePolicy } from './message-policy.ts'
import { messageRows } from './message-rows.ts'
import { messageStore } from './message-store.ts'
import { createMessageHandlers } from './messages.ts'

export const messages = feature({
  policy: messagePolicy,
  charges: {
    'message.send': 'send',
    'message.edit': 'change',
    'message.delete': 'change',
    'message.get': 'read',
    'message.page': 'read',
    'message.latest': { budget: 'read', list: 'conversationIds', per: 10 },
  },
  handlers: (kernel) => ({
    ...createMessageHandlers(kernel),
    ...createMessageChangeHandlers(kernel),
    ...messagePageHandlers,
  }),
  stores: { messages: messageStore, messageHistory: messageHistoryStore },
  rows: messageRows,
  erasure: messageErasure,
})
