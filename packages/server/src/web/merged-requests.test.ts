import { expect, test } from 'vitest'
import type { Answer } from '../dialects/dialect.ts'
import { createMergedRequests } from './merged-requests.ts'

const answerTo = (value: unknown): Answer => ({ status: 200, body: value })

test('one caller may have a thousand waiting requests; one more is refused, without affecting other callers', async () => {
  const merged = createMergedRequests()
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const planned: number[] = []
  const planAll = async (values: readonly unknown[]) => {
    await opened
    planned.push(values.length)
    return values.map(answerTo)
  }
  const waiting = Array.from({ length: 1_000 }, (_, at) => merged.add('ana', at, planAll))
  expect(() => merged.add('ana', 'one more', planAll)).toThrow(
    expect.objectContaining({ error: expect.objectContaining({ code: 'rate_limited', retryAfterMs: 1_000 }) }),
  )
  const other = merged.add('bo', 'of another', planAll)
  open()
  expect(await Promise.all(waiting)).toEqual(waiting.map((_, at) => answerTo(at)))
  expect(await other).toEqual(answerTo('of another'))
  expect(planned.toSorted((one, two) => one - two)).toEqual([1, 1, 499, 500])
})

test('a request that follows an answered or failed one starts a new batch', async () => {
  const merged = createMergedRequests()
  for (let time = 0; time < 100; time += 1) {
    const planAll = async (values: readonly unknown[]) => values.map(answerTo)
    expect(await merged.add('ana', time, planAll)).toEqual(answerTo(time))
    const failing = merged.add('ana', time, () => Promise.reject(new Error('a mistake in a dialect')))
    await expect(failing).rejects.toThrow('a mistake in a dialect')
  }
})
