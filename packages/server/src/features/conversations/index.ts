import { limits } from '@parley/protocol'
import { feature } from '../../core/feature.ts'
import { besideMessage, few, largest, perMember, sideRowsIn, sizes, small } from '../../core/limits/costs.ts'
import { invitedAtOnce } from '../memberships/membership-changes.ts'
import { answerStore } from './answer-store.ts'
import { conversationPolicy } from './conversation-policy.ts'
import { conversationRows } from './conversation-rows.ts'
import { conversationStore } from './conversation-store.ts'
import { conversationHandlers, createDirectHandlers, createRoomHandlers } from './conversations.ts'
import { headStore } from './head-store.ts'
import { hostRoomHandlers, mostRemoved } from './host-rooms.ts'

export const conversations = feature({
  policy: conversationPolicy,
  costs: {
    'conversation.list': {
      charge: { budget: 'read', list: 'limit', per: 100 },
      rows: few + 6 * limits.positions + sideRowsIn(limits.pageBytes),
      bytes: limits.pageBytes + sizes.summary,
    },
    'conversation.discover': {
      charge: 'search',
      rows: few + largest.rooms + limits.page,
      bytes: small + limits.page * sizes.conversation,
    },
    'conversation.findDirect': { charge: 'read', rows: few + besideMessage, bytes: small + sizes.summary },
    'conversation.get': { charge: 'read', rows: few + besideMessage, bytes: small + sizes.summary },
    'conversation.create': {
      charge: { budget: 'people', list: 'userIds', per: 10 },
      rows: few + perMember * limits.people,
      bytes: small + sizes.summary,
    },
    'conversation.openDirect': { charge: 'people', rows: few + besideMessage, bytes: small + sizes.summary },
    // With a first slice of those that follow, if it is early.
    'conversation.update': {
      charge: 'room',
      rows: few + 2 * perMember * invitedAtOnce,
      bytes: small + sizes.conversation,
    },
    'conversation.ensure': {
      charge: { budget: 'provision', list: 'members', per: 1 },
      rows: few + perMember * (limits.people + mostRemoved),
      bytes: small + sizes.conversation,
    },
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
