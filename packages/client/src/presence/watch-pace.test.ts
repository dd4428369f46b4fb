import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { Cache } from '../cache/cache.ts'
import type { ChatEvents } from '../chat.ts'
import type { ChatState } from '../chat-state.ts'
import type { ClientContext } from '../client-context.ts'
import { createEmitter } from '../emitter.ts'
import { type Clock, systemEnvironment } from '../environment.ts'
import { features } from '../features.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { presence } from './presence.ts'

/** A clock that goes on when the test says so. */
function stoppedClock() {
  let now = 0
  const timers = new Map<() => void, number>()
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      timers.set(run, now + ms)
      return () => void timers.delete(run)
    },
  }
  const pass = (ms: number) => {
    const end = now + ms
    const next = () => [...timers].filter(([, due]) => due <= end).sort(([, one], [, other]) => one - other)[0]
    for (let due = next(); due; due = next()) {
      now = due[1]
      timers.delete(due[0])
      due[0]()
    }
    now = end
  }
  const setBack = (ms: number) => {
    now -= ms
  }
  return { clock, pass, setBack }
}

test('a list that scrolls for long asks for presence once a second, each time for all rows that it shows', async () => {
  const { clock, pass, setBack } = stoppedClock()
  const asked: string[][] = []
  const call = async (_: string, { userIds }: { userIds: string[] }) => {
    asked.push(userIds)
    return { presences: [] }
  }
  const context = {
    store: createStore<ChatState>(() => ({ ...new Cache(features).emptyState, status: 'online' })),
    events: createEmitter<ChatEvents>(undefined),
    environment: { ...systemEnvironment, clock },
    call,
    logger: undefined,
  } as unknown as ClientContext
  const { watch } = presence.create(context, {} as Outbox)
  watch(['ana'])
  pass(50)
  expect(asked).toEqual([['ana']])
  for (let row = 0; row < 30; row++) {
    watch([`u${row}`])
    pass(100)
  }
  expect(asked.map((ids) => ids.length)).toEqual([1, 11, 21, 31])
  pass(10_000)
  watch(['bo'])
  pass(50)
  expect(asked.at(-1)).toHaveLength(32)
  // A clock that is set back delays the next question by no more.
  setBack(60_000)
  watch(['cy'])
  pass(1_000)
  expect(asked.at(-1)).toHaveLength(33)
})
