import { feature } from '../../core/feature.ts'
import { conversationPolicy } from './conversation-policy.ts'
import { conversationRows } from './conversation-rows.ts'
import { conversationStore } from './conversation-store.ts'
import { conversationHandlers, createRoomHandlers } from './conversations.ts'
import { headStore } from './head-store.ts'

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
  handlers: (kernel) => ({ ...conversationHandlers, ...createRoomHandlers(kernel) }),
  stores: { conversations: conversationStore, heads: headStore },
  rows: conversationRows,
})
