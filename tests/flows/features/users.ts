import type { FlowFeature } from '../flow-feature.ts'
import { messagesOf, peopleOf } from '../reference-rows.ts'
import { latest } from '../row-maps.ts'

export const users: FlowFeature = {
  actions: {
    profile: [1, ({ me, which }) => me.ask('user.update', { displayName: `${me.user.username} ${which}` })],
  },
  causes: {
    'membership.updated': {
      'a member gets a new name': ({ bo }) =>
        bo.ask('user.update', { displayName: `Bo ${Math.random()}`, avatarUrl: '/bo.png' }),
    },
    'account.updated': {
      'the observer gets a new name': ({ eye }) => eye.ask('user.update', { displayName: `Eye ${Math.random()}` }),
    },
  },
  apply: (held, { users: news = [] }) => ({ ...held, users: latest(held.users, news, ({ id }) => id) }),
  /** The users whom the conversation shows: members, invited users, and senders of messages. */
  view: (held) => {
    const shown = new Set([
      ...peopleOf(held).map(({ userId }) => userId),
      ...messagesOf(held).map(({ senderId }) => senderId),
    ])
    return { users: Object.fromEntries([...shown].sort().map((id) => [id, held.users.get(id)])) }
  },
}
