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
    'somebody is added': ({ ana, cleo, room }) =>
      ana.ask('membership.add', { conversationId: room, userIds: [cleo.id] }),
    'an invitation is accepted': async ({ ana, cleo, room }) => {
      await ana.ask('membership.invite', { conversationId: room, userIds: [cleo.id] })
      await cleo.ask('membership.join', { conversationId: room })
    },
    'somebody comes back': async ({ ana, bo, room }) => {
      await ana.ask('membership.remove', { conversationId: room, userId: bo.id })
      await ana.ask('membership.add', { conversationId: room, userIds: [bo.id] })
    },
  },
  'membership.left': {
    'somebody leaves': ({ bo, room }) => bo.ask('membership.leave', { conversationId: room }),
    'somebody is removed': ({ ana, bo, room }) => ana.ask('membership.remove', { conversationId: room, userId: bo.id }),
    'somebody is banned': ({ ana, bo, room }) =>
      ana.ask('membership.remove', { conversationId: room, userId: bo.id, ban: true }),
    'an invitation is declined': async ({ ana, cleo, room }) => {
      await ana.ask('membership.invite', { conversationId: room, userIds: [cleo.id] })
      await cleo.ask('membership.leave', { conversationId: room })
    },
  },
  'membership.updated': {
    'somebody is invited': ({ ana, cleo, room }) =>
      ana.ask('membership.invite', { conversationId: room, userIds: [cleo.id] }),
    'another’s role changes': ({ ana, bo, room }) =>
      ana.ask('membership.setRole', { conversationId: room, userId: bo.id, role: 'admin' }),
    'one’s own role changes': ({ ana, eye, room }) =>
      ana.ask('membership.setRole', { conversationId: room, userId: eye.id, role: 'admin' }),
  },
  'account.updated': {
    'one is invited': async ({ ana, eye }) => {
      const other = await openRoom(ana)
      await ana.ask('membership.invite', { conversationId: other, userIds: [eye.id] })
    },
    'one is brought into a new room with much in it': async ({ ana, bo, eye }) => {
      const other = await openRoom(ana, [bo])
      for (let i = 0; i < 5; i++) await say(bo, other)
      await ana.ask('membership.add', { conversationId: other, userIds: [eye.id] })
      await say(ana, other)
    },
    'somebody opens a direct conversation and writes': async ({ cleo, eye }) => say(cleo, await openDirect(cleo, eye)),
    'one is removed': ({ ana, eye, room }) => ana.ask('membership.remove', { conversationId: room, userId: eye.id }),
    'one is removed, misses something, and comes back': async ({ ana, bo, eye, room, messageId }) => {
      await ana.ask('membership.remove', { conversationId: room, userId: eye.id })
      await ana.ask('message.delete', { messageId })
      await say(bo, room, 'missed')
      await ana.ask('conversation.update', { conversationId: room, name: 'Missed' })
      await ana.ask('membership.add', { conversationId: room, userIds: [eye.id] })
      await say(bo, room, 'back')
    },
  },
}

/** Positions of others are not part of the rev. */
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
