import type { Membership } from '@parley/protocol'
import { openDirect, openRoom, say } from '@parley/server/testing/people'
import type { FlowFeature, Turn } from '../flow-feature.ts'
import { peopleOf } from '../reference-rows.ts'
import { newest } from '../row-maps.ts'

const about = ({ conversationId, other }: Turn) => ({ conversationId, userId: other.id })
const people = ({ conversationId, other }: Turn) => ({ conversationId, userIds: [other.id] })

const actions: FlowFeature['actions'] = {
  join: [1, ({ me, conversationId }) => me.ask('membership.join', { conversationId })],
  leave: [1, ({ me, conversationId }) => me.ask('membership.leave', { conversationId })],
  invite: [1, (turn) => turn.me.ask('membership.invite', people(turn))],
  add: [2, (turn) => turn.me.ask('membership.add', people(turn))],
  remove: [1, (turn) => turn.me.ask('membership.remove', about(turn))],
  ban: [1, (turn) => turn.me.ask('membership.remove', { ...about(turn), ban: true })],
  setRole: [1, (turn) => turn.me.ask('membership.setRole', { ...about(turn), role: turn.role })],
}

const causes: FlowFeature['causes'] = {
  'membership.joined': {
    'a user is added': ({ ana, cleo, room }) => ana.ask('membership.add', { conversationId: room, userIds: [cleo.id] }),
    'an invitation is accepted': async ({ ana, cleo, room }) => {
      await ana.ask('membership.invite', { conversationId: room, userIds: [cleo.id] })
      await cleo.ask('membership.join', { conversationId: room })
    },
    'a removed user is added again': async ({ ana, bo, room }) => {
      await ana.ask('membership.remove', { conversationId: room, userId: bo.id })
      await ana.ask('membership.add', { conversationId: room, userIds: [bo.id] })
    },
  },
  'membership.left': {
    'a member leaves': ({ bo, room }) => bo.ask('membership.leave', { conversationId: room }),
    'a member is removed': ({ ana, bo, room }) => ana.ask('membership.remove', { conversationId: room, userId: bo.id }),
    'a member is banned': ({ ana, bo, room }) =>
      ana.ask('membership.remove', { conversationId: room, userId: bo.id, ban: true }),
    'an invitation is declined': async ({ ana, cleo, room }) => {
      await ana.ask('membership.invite', { conversationId: room, userIds: [cleo.id] })
      await cleo.ask('membership.leave', { conversationId: room })
    },
  },
  'membership.updated': {
    'a user is invited': ({ ana, cleo, room }) =>
      ana.ask('membership.invite', { conversationId: room, userIds: [cleo.id] }),
    'the role of a member changes': ({ ana, bo, room }) =>
      ana.ask('membership.setRole', { conversationId: room, userId: bo.id, role: 'admin' }),
    'the role of the observer changes': ({ ana, eye, room }) =>
      ana.ask('membership.setRole', { conversationId: room, userId: eye.id, role: 'admin' }),
  },
  'account.updated': {
    'the observer is invited': async ({ ana, eye }) => {
      const other = await openRoom(ana)
      await ana.ask('membership.invite', { conversationId: other, userIds: [eye.id] })
    },
    'the observer is added to a room with many messages': async ({ ana, bo, eye }) => {
      const other = await openRoom(ana, [bo])
      for (let i = 0; i < 5; i++) await say(bo, other)
      await ana.ask('membership.add', { conversationId: other, userIds: [eye.id] })
      await say(ana, other)
    },
    'a user opens a direct conversation with the observer and writes': async ({ cleo, eye }) =>
      say(cleo, await openDirect(cleo, eye)),
    'the observer is removed': ({ ana, eye, room }) =>
      ana.ask('membership.remove', { conversationId: room, userId: eye.id }),
    'the observer is removed, misses changes, and is added again': async ({ ana, bo, eye, room, messageId }) => {
      await ana.ask('membership.remove', { conversationId: room, userId: eye.id })
      await ana.ask('message.delete', { messageId })
      await say(bo, room, 'missed')
      await ana.ask('conversation.update', { conversationId: room, name: 'Missed' })
      await ana.ask('membership.add', { conversationId: room, userIds: [eye.id] })
      await say(bo, room, 'back')
    },
  },
}

/** Leaves out the receipts, which raise no rev of the conversation. */
const receiptless = ({ readSeq: _, deliveredSeq: __, ...membership }: Membership) => membership

export const memberships: FlowFeature = {
  actions,
  causes,
  apply: (held, { memberships: news = [] }) => ({
    ...held,
    memberships: newest(held.memberships, news, ({ userId }) => userId),
  }),
  load: async function* (person, conversationId) {
    let after: string | undefined
    for (let more = true; more; ) {
      const page = await person.ask('membership.list', { conversationId, after, limit: 100 })
      yield { memberships: page.memberships, users: page.users }
      after = page.memberships.at(-1)?.userId
      more = page.hasMore
    }
  },
  view: (held) => ({
    memberships: Object.fromEntries(peopleOf(held).map((row) => [row.userId, receiptless(row)])),
  }),
}
