import { enter } from '@parley/server/testing/people'
import type { FlowFeature } from '../flow-feature.ts'
import { messagesOf } from '../reference-rows.ts'

export const receipts: FlowFeature = {
  actions: {
    read: [2, ({ me, conversationId, which }) => me.ask('receipt.read', { conversationId, seq: which })],
  },
  causes: {
    'account.updated': {
      'the observer reads on another device': async ({ server, eye, room }) =>
        (await enter(server, eye.signedIn)).ask('receipt.read', { conversationId: room, seq: 2 }),
    },
  },
  /** The number of unread messages, as P7 defines it. */
  view: (held, own) => ({
    unread: messagesOf(held).filter(
      ({ seq, senderId, deletedAt }) =>
        seq > Math.max(own.readSeq, own.joinedSeq) && senderId !== own.userId && deletedAt === null,
    ).length,
  }),
}
