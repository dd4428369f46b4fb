import { feature } from '../../core/feature.ts'
import { conversationListStore } from './conversation-list-store.ts'
import { conversationPolicy } from './conversation-policy.ts'
import { conversationRows } from './conversation-rows.ts'
import { conversationStore } from './conversation-store.ts'
import { conversationHandlers } from './conversations.ts'

export const conversations = feature({
  policy: conversationPolicy,
  charges: {
    'conversation.list': 'read',
    'conversation.discover': 'search',
    'conversation.findDirect': 'read',
    'conversation.get': 'read',
    'conversation.create': { budget: 'people', list: 'userIds', per: 10 },
    'conversation.openDirect': 'people',
    'conversation.update': 'room',
  },
  handlers: conversationHandlers,
  stores: { conversations: conversationStore, conversationLists: conversationListStore },
  rows: conversationRows,
})
