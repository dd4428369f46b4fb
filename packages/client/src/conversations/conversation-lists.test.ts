import type { ConversationSummary } from '@parley/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Cache } from '../cache/cache.ts'
import { withConversation } from '../cache/held-conversation.ts'
import { putAll } from '../cache/records.ts'
import type { ChatState, ConversationState } from '../chat-state.ts'
import { features } from '../features.ts'
import { ModelServer, userOf } from '../testing/model-server.ts'
import { groupConversations, sumOfConversations } from './conversation-lists.ts'

const cache = new Cache(features)
const model = () => new ModelServer().summary()

const summaryOf = (summary: ConversationSummary, id: string, createdAt: number): ConversationSummary => ({
  ...summary,
  conversation: { ...summary.conversation, id, createdAt },
  memberships: summary.memberships.map((row) => ({ ...row, conversationId: id })),
})

/** A state with so many conversations, the first of which is the oldest. */
function stateOf(count: number): ChatState {
  const summary = model()
  const summaries = Array.from({ length: count }, (_, at) => summaryOf(summary, `c${at}`, at))
  const account = { rev: 1, user: userOf('me'), memberships: [], summaries }
  return cache.resetAccount(cache.emptyState, account, 'e')
}

const isHidden = (held: ConversationState, { hidings }: ChatState) => hidings[held.conversation.id]?.removed === false

const groups = ['unread', 'read'] as const
const groupOf = (held: ConversationState, state: ChatState) => {
  if (isHidden(held, state)) return null
  return held.unread > 0 ? 'unread' : 'read'
}

/** As a list would be made from nothing. */
const sortedAnew = (state: ChatState) =>
  Object.fromEntries(
    groups.map((group) => [
      group,
      Object.values(state.conversations)
        .filter((held) => groupOf(held, state) === group)
        .map(({ conversation }) => conversation)
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
        .map(({ id }) => id),
    ]),
  )

type Step = { id: string } & ({ unread: number } | { createdAt: number } | { isHidden: boolean } | { isLeft: true })

function taken(state: ChatState, { id, ...step }: Step): ChatState {
  if ('unread' in step) return withConversation(state, id, (held) => ({ ...held, unread: step.unread }))
  if ('isLeft' in step) return cache.depart(state, id, 1_000)
  if ('isHidden' in step) {
    const hiding = { conversationId: id, upToSeq: 0, rev: 1, removed: !step.isHidden }
    return { ...state, hidings: putAll(state.hidings, [[id, hiding]]) }
  }
  const { createdAt } = step
  return withConversation(state, id, (held) => ({ ...held, conversation: { ...held.conversation, createdAt } }))
}

const steps: fc.Arbitrary<Step[][]> = fc.array(
  fc.array(
    fc
      .tuple(
        fc.nat({ max: 60 }).map((n) => ({ id: `c${n}` })),
        fc.oneof(
          fc.record({ unread: fc.nat({ max: 2 }) }),
          fc.record({ createdAt: fc.nat({ max: 80 }) }),
          fc.record({ isHidden: fc.boolean() }),
          fc.constant({ isLeft: true as const }),
        ),
      )
      .map(([id, step]) => ({ ...id, ...step })),
    { maxLength: 5 },
  ),
  { maxLength: 30 },
)

test('from state to state a list stays as it would be sorted anew, and a sum as it would be added up', () => {
  fc.assert(
    fc.property(steps, (history) => {
      const [list, unread] = [groupConversations({ groups, groupOf }), sumOfConversations((held) => held.unread)]
      let state = stateOf(50)
      const states = [state]
      for (const step of history) {
        state = step.reduce(taken, state)
        states.push(state)
        expect(list(state)).toEqual(sortedAnew(state))
      }
      // A rendering that was begun earlier may ask for an older state once more.
      for (const asked of [...states.reverse(), stateOf(3)]) {
        expect(list(asked)).toEqual(sortedAnew(asked))
        expect(unread(asked)).toBe(Object.values(asked.conversations).reduce((sum, held) => sum + held.unread, 0))
      }
    }),
    { numRuns: 50 },
  )
})

test('a change of one of 10,000 conversations looks at that one alone', () => {
  const looked: string[] = []
  const list = groupConversations({
    groups,
    groupOf: (held, state) => {
      looked.push(held.conversation.id)
      return groupOf(held, state)
    },
  })
  const added: string[] = []
  const unread = sumOfConversations((held) => {
    added.push(held.conversation.id)
    return held.unread
  })
  const state = stateOf(10_000)
  const before = list(state)
  unread(state)
  expect([looked.length, added.length]).toEqual([10_000, 10_000])
  looked.length = 0
  added.length = 0
  const next = taken(state, { id: 'c4000', unread: 3 })
  const after = list(next)
  expect(unread(next)).toBe(3)
  expect(looked).toEqual(['c4000'])
  // As it is now, and as it was.
  expect(added).toEqual(['c4000', 'c4000'])
  expect(after.unread).toEqual(['c4000'])
  expect(after.read).toHaveLength(9_999)
  expect(before.read).toHaveLength(10_000)
})

test('what did not change keeps its identity', () => {
  const list = groupConversations({ groups, groupOf })
  const state = stateOf(20)
  const before = list(state)
  const renamed = withConversation(state, 'c3', (held) => ({
    ...held,
    conversation: { ...held.conversation, name: 'Cellar' },
  }))
  expect(list(renamed)).toBe(before)
  const moved = list(taken(renamed, { id: 'c3', createdAt: 90 }))
  expect(moved.unread).toBe(before.unread)
  expect(moved.read[0]).toBe('c3')
})

test('another basis groups all anew, and conversations that are named are grouped again', () => {
  let current = 'c1'
  const list = groupConversations({
    groups: ['current', 'others'],
    groupOf: ({ conversation }) => (conversation.id === current ? 'current' : 'others'),
    basis: ({ me }) => [me],
  })
  const state = stateOf(3)
  expect(list(state)).toEqual({ current: ['c1'], others: ['c2', 'c0'] })
  current = 'c2'
  expect(list(state, ['c1', 'c2'])).toEqual({ current: ['c2'], others: ['c1', 'c0'] })
  current = 'c0'
  expect(list({ ...state, me: userOf('eve') })).toEqual({ current: ['c0'], others: ['c2', 'c1'] })
})
