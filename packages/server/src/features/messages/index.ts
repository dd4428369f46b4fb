import { limits } from '@parley/protocol'
import { feature } from '../../core/feature.ts'
import { besideMessage, few, sizes, small } from '../../core/limits/costs.ts'
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
  costs: {
    'message.send': { charge: 'send', rows: few + besideMessage, bytes: sizes.message },
    'message.edit': { charge: 'change', rows: few + besideMessage, bytes: sizes.message },
    'message.delete': { charge: 'change', rows: few + besideMessage, bytes: small },
    'message.get': { charge: 'read', rows: few + besideMessage, bytes: sizes.message },
    'message.page': {
      charge: 'read',
      rows: few + limits.page * besideMessage,
      bytes: limits.pageBytes + sizes.message,
    },
    'message.latest': {
      charge: { budget: 'read', list: 'conversationIds', per: 10 },
      rows: few + limits.people * besideMessage,
      bytes: limits.pageBytes + sizes.message,
    },
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
