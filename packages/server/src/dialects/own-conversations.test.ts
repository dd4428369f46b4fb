import type { ConversationSummary, Input, Output, Reply } from '@parley/protocol'
import { expect, test } from 'vitest'
import type { Plan } from './dialect.ts'
import { listedConversations } from './own-conversations.ts'
import { runPlan } from './run-plan.ts'

/** Runs a plan where the list has so many pages of two, and notes what was asked for. */
async function listFrom(pages: number, plan: Plan<ConversationSummary[]>) {
  const asked: Input<'conversation.list'>[] = []
  const found = await runPlan(plan, async ({ input }): Promise<Reply<unknown>> => {
    asked.push(input as Input<'conversation.list'>)
    const at = asked.length
    const summaries = [1, 2].map((place) => `${at}.${place}` as unknown as ConversationSummary)
    const hasMore = at < pages
    const data: Output<'conversation.list'> = { summaries, hasMore, ...(hasMore && { next: `${at}_x` }) }
    return { ok: true, data }
  })
  return { found, asked }
}

test('D6: all pages of the list are read, in order', async () => {
  const { found, asked } = await listFrom(3, listedConversations({ kind: 'room' }))
  expect(found).toEqual(['1.1', '1.2', '2.1', '2.2', '3.1', '3.2'])
  const page = { kind: 'room', limit: 1_000 }
  expect(asked).toEqual([page, { ...page, after: '1_x' }, { ...page, after: '2_x' }])
})

test('D6: reading stops once enough conversations were found', async () => {
  const { found } = await listFrom(
    9,
    listedConversations({}, (found) => found.length >= 3),
  )
  expect(found).toEqual(['1.1', '1.2', '2.1', '2.2'])
})

test('D6: reading stops at ten thousand conversations', async () => {
  const { found } = await listFrom(Number.POSITIVE_INFINITY, listedConversations())
  expect(found).toHaveLength(10_000)
})
