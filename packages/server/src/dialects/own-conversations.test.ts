import type { ConversationSummary, Input, Output, Reply, User } from '@parley/protocol'
import { expect, test } from 'vitest'
import type { Plan } from './dialect.ts'
import { listedConversations } from './own-conversations.ts'
import { runPlan } from './run-plan.ts'

const ana = { id: 'ana' } as User

const summaryOf = (name: string, state: 'active' | 'invited') => {
  const memberships = [
    { userId: 'bo', state: 'active' },
    { userId: ana.id, state },
  ]
  return { conversation: { name }, memberships } as unknown as ConversationSummary
}
const namesOf = (found: ConversationSummary[]) => found.map(({ conversation }) => conversation.name)

/** Runs a plan where each of so many pages has two conversations and an invitation, and notes what was asked for. */
async function listFrom(pages: number, plan: Plan<ConversationSummary[]>) {
  const asked: Input<'conversation.list'>[] = []
  const found = await runPlan(plan, async ({ input }): Promise<Reply<unknown>> => {
    asked.push(input as Input<'conversation.list'>)
    const at = asked.length
    const summaries = [1, 2, 3].map((place) => summaryOf(`${at}.${place}`, place === 3 ? 'invited' : 'active'))
    const hasMore = at < pages
    const data: Output<'conversation.list'> = { summaries, hasMore, ...(hasMore && { next: `${at}_x` }) }
    return { ok: true, data }
  })
  return { found, asked }
}

test('D6: all pages of the list are read, in order, without invitations', async () => {
  const { found, asked } = await listFrom(3, listedConversations(ana, { kind: 'room' }))
  expect(namesOf(found)).toEqual(['1.1', '1.2', '2.1', '2.2', '3.1', '3.2'])
  const page = { kind: 'room', limit: 1_000 }
  expect(asked).toEqual([page, { ...page, after: '1_x' }, { ...page, after: '2_x' }])
})

test('D6: reading stops once enough conversations were found', async () => {
  const { found } = await listFrom(9, listedConversations(ana, { enough: 3 }))
  expect(namesOf(found)).toEqual(['1.1', '1.2', '2.1', '2.2'])
})

test('D6: reading stops at ten thousand conversations, invitations included', async () => {
  const { found, asked } = await listFrom(Number.POSITIVE_INFINITY, listedConversations(ana))
  expect(asked).toHaveLength(Math.ceil(10_000 / 3))
  expect(found).toHaveLength(2 * asked.length)
})
