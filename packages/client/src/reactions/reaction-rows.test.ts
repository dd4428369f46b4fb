import type { Tally } from '@parley/protocol'
import { expect, test } from 'vitest'
import { Cache } from '../cache/cache.ts'
import type { ChatState } from '../chat-state.ts'
import { features } from '../features.ts'
import { ModelServer, userOf } from '../testing/model-server.ts'

const cache = new Cache(features)

const following = (server: ModelServer): ChatState =>
  cache.resetAccount(
    cache.emptyState,
    { rev: 1, user: userOf('me'), memberships: [server.mine()], summaries: [server.summary()] },
    'e',
  )

const tallyAt = (rev: number, userIds: string[], own?: boolean): Tally => ({
  messageId: 'm1',
  emoji: '👍',
  count: userIds.length,
  userIds,
  firstRev: 1,
  rev,
  ...(own === undefined ? {} : { own }),
})

const shown = (state: ChatState, id: string) => state.conversations[id]?.reactions.m1?.shown

test('of two tallies the newer one stays, whichever comes last', () => {
  const server = new ModelServer(1)
  const beside = (state: ChatState, tally: Tally) =>
    cache.applySideRows(state, server.id, { users: [], attachments: [], tallies: [tally] })
  const [old, young] = [tallyAt(7, ['bob'], false), tallyAt(9, ['bob', 'me'], true)]
  const expected = [{ emoji: '👍', count: 2, userIds: ['bob', 'me'], own: true }]
  const state = following(server)
  expect(shown(beside(beside(state, old), young), server.id)).toEqual(expected)
  expect(shown(beside(beside(state, young), old), server.id)).toEqual(expected)
})

test('what a page knows of one’s own reaction completes a live event, which does not say it', () => {
  const server = new ModelServer(1)
  const { rev, id } = server
  const live = { ...tallyAt(rev + 1, ['bob', 'me']), count: 30 }
  const reaction = { messageId: 'm1', userId: 'bob', emoji: '👍', rev: rev + 1, removed: false }
  const change = { conversationId: id, rev: rev + 1, reactions: [reaction], tallies: [live] }
  const { state } = cache.applyChange(following(server), change)
  expect(shown(state, id)).toMatchObject([{ count: 30, own: false }])
  const page = cache.applySideRows(state, id, { users: [], attachments: [], tallies: [{ ...live, own: true }] })
  expect(shown(page, id)).toMatchObject([{ count: 30, own: true }])
})

test('one’s own reaction counts by its own rev, where a tally that is newer came with an earlier change', () => {
  const server = new ModelServer(1)
  const { rev, id } = server
  const newest = tallyAt(rev + 2, ['bob', 'me'])
  const reactionOf = (userId: string, at: number) => ({ messageId: 'm1', userId, emoji: '👍', rev: at, removed: false })
  const hear = (state: ChatState, userId: string, at: number) =>
    cache.applyChange(state, { conversationId: id, rev: at, reactions: [reactionOf(userId, at)], tallies: [newest] })
      .state
  expect(shown(hear(hear(following(server), 'bob', rev + 1), 'me', rev + 2), id)).toMatchObject([{ own: true }])
})
