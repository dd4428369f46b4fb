import { feature } from '../../core/feature.ts'
import { answerStore } from './answer-store.ts'
import { conversationPolicy } from './conversation-policy.ts'
import { conversationRows } from './conversation-rows.ts'
import { conversationStore } from './conversation-store.ts'
import { conversationHandlers, createDirectHandlers, createRoomHandlers } from './conversations.ts'
import { headStore } from './head-store.ts'
import { hostRoomHandlers } from './host-rooms.ts'

export const conversations = feature({
  policy: conversationPolicy,
  charges: {
    'conversation.list': { budget: 'read', list: 'limit', per: 100 },
    'conversation.discover': 'search',
    'conversation.findDirect': 'read',
    'conversation.get': 'read',
    'conversation.create': { budget: 'people', list: 'userIds', per: 10 },
    'conversation.openDirect': 'people',
    'conversation.update': 'room',
    'conversation.ensure': { budget: 'provision', list: 'members', per: 1 },
  },
  handlers: (kernel) => ({
    ...conversationHandlers,
    ...hostRoomHandlers,
    ...createDirectHandlers(kernel),
    ...createRoomHandlers(kernel),
  }),
  stores: { conversations: conversationStore, heads: headStore, answers: answerStore },
  rows: conversationRows,
})
