import { feature } from '../../core/feature.ts'
import { messageChangeHandlers } from './message-changes.ts'
import { messageHistoryStore } from './message-history-store.ts'
import { messagePageHandlers } from './message-pages.ts'
import { messagePolicy } from './message-policy.ts'
import { messageRows } from './message-rows.ts'
import { messageStore } from './message-store.ts'
import { messageHandlers } from './messages.ts'

export const messages = feature({
  policy: messagePolicy,
  charges: {
    'message.send': 'send',
    'message.edit': 'change',
    'message.delete': 'change',
    'message.get': 'read',
    'message.page': 'read',
  },
  handlers: { ...messageHandlers, ...messageChangeHandlers, ...messagePageHandlers },
  stores: { messages: messageStore, messageHistory: messageHistoryStore },
  rows: messageRows,
})
