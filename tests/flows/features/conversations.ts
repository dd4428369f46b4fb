import { openRoom } from '@parley/server/testing/people'
import type { FlowFeature } from '../flow-feature.ts'

export const conversations: FlowFeature = {
  actions: {
    rename: [
      1,
      ({ me, conversationId, which }) => me.ask('conversation.update', { conversationId, name: `Room ${which}` }),
    ],
  },
  causes: {
    'conversation.updated': {
      'a new name': ({ ana, room }) =>
        ana.ask('conversation.update', { conversationId: room, name: 'New', topic: 'New' }),
      'the topic is removed': ({ ana, room }) => ana.ask('conversation.update', { conversationId: room, topic: null }),
      'the room becomes public': ({ ana, room }) =>
        ana.ask('conversation.update', { conversationId: room, visibility: 'public' }),
    },
    'account.updated': {
      'a room to which the observer is invited gets a new name': async ({ ana, eye }) => {
        const other = await openRoom(ana)
        await ana.ask('membership.invite', { conversationId: other, userIds: [eye.id] })
        await ana.ask('conversation.update', { conversationId: other, name: 'New name' })
      },
    },
  },
  apply: (held, { conversation }) =>
    conversation && conversation.rev >= held.conversation.rev ? { ...held, conversation } : held,
  view: ({ conversation }) => ({ conversation }),
}
