import type { Reaction, Tally } from '@parley/protocol'
import { enter, say } from '@parley/server/testing/people'
import type { FlowFeature, Turn } from '../flow-feature.ts'
import { messagesOf } from '../reference-rows.ts'
import { newest } from '../row-maps.ts'

declare module '../reference-device.ts' {
  interface Held {
    tallies?: ReadonlyMap<string, Tally>
    /** The single reactions, from events. */
    reactions?: ReadonlyMap<string, Reaction>
    /** The tallies that say whether the user has reacted (`own`). */
    ownTallies?: ReadonlyMap<string, Tally>
  }
}

const someTarget = async ({ me, conversationId, which }: Turn) => {
  const { messages } = await me.ask('message.page', { conversationId, limit: 5 })
  const message = messages[which % Math.max(messages.length, 1)]
  return { messageId: message?.id ?? conversationId, emoji: which % 3 === 0 ? '🎉' : '👍' }
}

const actions: FlowFeature['actions'] = {
  react: [4, async (turn) => turn.me.ask('reaction.add', await someTarget(turn))],
  unreact: [2, async (turn) => turn.me.ask('reaction.remove', await someTarget(turn))],
}

const causes: FlowFeature['causes'] = {
  'reaction.added': {
    'a member reacts': ({ bo, ownId }) => bo.ask('reaction.add', { messageId: ownId, emoji: '👍' }),
    'the observer reacts on another device': async ({ server, eye, messageId }) =>
      (await enter(server, eye.signedIn)).ask('reaction.add', { messageId, emoji: '🎉' }),
    'all react at once': ({ ana, bo, eye, messageId }) =>
      Promise.all([ana, bo, eye].map((person) => person.ask('reaction.add', { messageId, emoji: '👍' }))),
    'the observer reacts to a message that is edited then': async ({ ana, eye, messageId }) => {
      await eye.ask('reaction.add', { messageId, emoji: '👍' })
      await ana.ask('message.edit', { messageId, body: { kind: 'plain', text: 'edited' } })
    },
    'the observer reacts to a message that is deleted then': async ({ ana, bo, eye, room }) => {
      const { id } = await say(bo, room, 'to be deleted')
      await eye.ask('reaction.add', { messageId: id, emoji: '👍' })
      await ana.ask('message.delete', { messageId: id })
    },
  },
  'reaction.removed': {
    'a member removes a reaction': async ({ bo, ownId }) => {
      await bo.ask('reaction.add', { messageId: ownId, emoji: '👍' })
      await bo.ask('reaction.remove', { messageId: ownId, emoji: '👍' })
    },
    'the observer removes and adds their reactions in turn': async ({ eye, messageId }) => {
      for (const emoji of ['👍', '🎉']) await eye.ask('reaction.add', { messageId, emoji })
      await eye.ask('reaction.remove', { messageId, emoji: '👍' })
      await eye.ask('reaction.add', { messageId, emoji: '👍' })
      await eye.ask('reaction.remove', { messageId, emoji: '🎉' })
    },
  },
}

const keyOf = ({ messageId, emoji }: { messageId: string; emoji: string }) => `${messageId} ${emoji}`

export const reactions: FlowFeature = {
  actions,
  causes,
  apply: (held, { tallies = [], reactions: changed = [] }) => ({
    ...held,
    tallies: newest(held.tallies ?? new Map(), tallies, keyOf),
    ownTallies: newest(
      held.ownTallies ?? new Map(),
      tallies.filter(({ own }) => own !== undefined),
      keyOf,
    ),
    reactions: newest(held.reactions ?? new Map(), changed, (row) => `${keyOf(row)} ${row.userId}`),
  }),
  view: ({ tallies = new Map(), ownTallies = new Map(), reactions: changed = new Map(), ...held }, { userId }) => {
    const isOwn = (key: string) => {
      const [tally, reaction] = [ownTallies.get(key), changed.get(`${key} ${userId}`)]
      return (reaction?.rev ?? -1) > (tally?.rev ?? -1) ? !reaction?.removed : (tally?.own ?? false)
    }
    const standing = [...tallies].filter(([, { count }]) => count > 0)
    const shown = (messageId: string) =>
      standing
        .filter(([, tally]) => tally.messageId === messageId)
        .sort(([, a], [, b]) => a.firstRev - b.firstRev)
        .map(([key, { emoji, count, userIds }]) => ({ emoji, count, userIds, own: isOwn(key) }))
    const there = messagesOf(held).filter(({ deletedAt }) => deletedAt === null)
    return { reactions: Object.fromEntries(there.map(({ id }) => [id, shown(id)])) }
  },
}
