import type { ConversationChange, Membership } from '@parley/protocol'
import { expect, test } from 'vitest'
import { features } from '../features.ts'
import { applyMemberships } from '../memberships/membership-rows.ts'
import { ModelServer, userOf } from '../testing/model-server.ts'
import { Cache } from './cache.ts'

const cache = new Cache(features)

/** A state whose own membership is newer than the change by which this user once left. */
function joinedAgain() {
  const server = new ModelServer()
  const account = { rev: 1, user: userOf('me'), memberships: [server.mine()], summaries: [server.summary()] }
  const before = cache.resetAccount(cache.emptyState, account, 'e')
  const { rev } = server
  const again: Membership = { ...server.mine(), rev: rev + 3 }
  const state = applyMemberships(before, server.id, [again], cache)
  const leaving = (at: number): ConversationChange => ({
    conversationId: server.id,
    rev: at,
    memberships: [{ ...server.mine(), state: 'left', rev: at }],
  })
  return { state, rev, again, leaving, id: server.id }
}

test('a late leaving of a user who joined again is a change like any other', () => {
  const { state, rev, again, leaving, id } = joinedAgain()
  const { state: next, outcome } = cache.applyChange(state, leaving(rev + 1))
  expect(outcome).toBe('applied')
  expect(next.conversations[id]).toMatchObject({ rev: rev + 1, memberships: { me: again } })
})

test('one that builds on something missing is a gap, and one that came before is known', () => {
  const { state, rev, leaving } = joinedAgain()
  expect(cache.applyChange(state, leaving(rev + 2))).toEqual({ state, outcome: 'gap' })
  expect(cache.applyChange(state, leaving(rev))).toEqual({ state, outcome: 'known' })
})
