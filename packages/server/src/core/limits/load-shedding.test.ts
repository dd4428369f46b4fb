import type { Reply } from '@parley/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Stranger } from '../context.ts'
import { shedLoad } from './load-shedding.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const caller: Stranger = { user: null, address: '', userAgent: '' }

/** A server that answers when the test says so. */
function slowServer() {
  const waiting: (() => void)[] = []
  const run = shedLoad(() => new Promise((resolve) => waiting.push(() => resolve({ ok: true, data: {} }))))
  const ask = (name: string, count: number) =>
    Array.from({ length: count }, () => {
      const fate: { reply?: Reply<unknown> } = {}
      void run(name, {}, caller).then((reply) => {
        fate.reply = reply
      })
      return fate
    })
  return {
    ask,
    taken: () => waiting.length,
    answer: async (count: number) => {
      for (const finish of waiting.splice(0, count)) finish()
      await vi.advanceTimersByTimeAsync(0)
    },
  }
}

const refused = { ok: false, error: { code: 'unavailable', retryAfterMs: expect.any(Number) } }

test('many operations at once are admitted while they are answered in time', async () => {
  const { ask, taken, answer } = slowServer()
  for (let i = 0; i < 10; i++) {
    ask('message.send', 2_000)
    await vi.advanceTimersByTimeAsync(500)
    await answer(2_000)
  }
  ask('message.send', 2_000)
  expect(taken()).toBe(2_000)
})

test('an operation that would wait too long is refused at once, and admitted ones are finished', async () => {
  const { ask, taken, answer } = slowServer()
  const early = ask('message.send', 1_000)
  await vi.advanceTimersByTimeAsync(1_000)
  await answer(50)
  const [late] = ask('message.send', 1)
  await vi.advanceTimersByTimeAsync(0)
  expect(late?.reply).toMatchObject(refused)
  expect(taken()).toBe(950)
  // Queries do not wait for the disk.
  ask('user.me', 1)
  expect(taken()).toBe(951)
  await answer(951)
  expect(early.every(({ reply }) => reply?.ok)).toBe(true)
  ask('message.send', 1)
  expect(taken()).toBe(1)
})

test('many operations at once after a quiet hour are no overload', async () => {
  const { ask, taken, answer } = slowServer()
  for (let i = 0; i < 4; i++) {
    ask('message.send', 1)
    await vi.advanceTimersByTimeAsync(900_000)
    await answer(1)
  }
  ask('message.send', 3_000)
  expect(taken()).toBe(3_000)
})

test('the number of operations under way has a limit, however fast they were a moment ago', async () => {
  const { ask, taken } = slowServer()
  const fates = ask('message.send', 10_000)
  await vi.advanceTimersByTimeAsync(0)
  expect(taken()).toBe(8_192)
  expect(fates.at(-1)?.reply).toMatchObject(refused)
})
