import { expect, test } from 'vitest'
import { planHistory, readUpTo } from './history-plan.ts'

test.each([10_000, 1_000_000])(
  'a history of %i messages is uneven, and its reader is in a thousand conversations',
  (messages) => {
    const plan = planHistory(messages)
    const sum = plan.reduce((total, conversation) => total + conversation.messages, 0)
    expect(Math.abs(sum / messages - 1)).toBeLessThan(0.15)
    expect(plan[0]?.messages).toBe(messages / 10)
    expect(plan.filter(({ people }) => people.includes(0))).toHaveLength(1_000)
    for (const { messages: count, people } of plan) {
      expect(count).toBeGreaterThan(0)
      expect(new Set(people).size).toBe(people.length)
    }
    // Enough for a device that has missed twenty messages in each of fifty conversations.
    expect(plan[50]?.messages).toBeGreaterThan(20)
  },
)

test('all direct conversations have different people', () => {
  const directs = planHistory(10_000).filter(({ kind }) => kind === 'direct')
  expect(new Set(directs.map(({ people }) => people.join()))).toHaveProperty('size', directs.length)
})

test('the reader has read up to a little before the end, and never below 0', () => {
  expect([readUpTo(0, 1_000), readUpTo(0, 100), readUpTo(1, 100), readUpTo(5, 100)]).toEqual([850, 0, 93, 100])
})
