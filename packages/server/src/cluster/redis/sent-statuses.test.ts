import type { PresenceStatus } from '@parley/protocol'
import { expect, test } from 'vitest'
import { createSentStatuses } from './sent-statuses.ts'

const sureMs = 1_000
// Whole milliseconds: sums of them are exact, whatever the machine's own clock says.
let now = 0
const clock = () => now

const start = ({ compareMs = 1_000_000 } = {}) => {
  const there = new Map<string, PresenceStatus>()
  const sent = createSentStatuses({ appearances: async () => there, compareMs, sureMs, clock })
  /** The wrong statuses that each comparison finds, each so many milliseconds after the one before. */
  const looks = async (...pauses: number[]) => {
    const found: [string, PresenceStatus][][] = []
    for (const pause of pauses) {
      now += pause
      found.push([...(await sent.compare())])
    }
    return found
  }
  return { there, sent, looks }
}

test('after hints were lost, a status that differs in each comparison for long enough is wrong', async () => {
  const { there, sent, looks } = start()
  sent.note('bo', 'online', 'everybody')
  there.set('bo', 'away')
  expect(await looks(1, 500, 500)).toEqual([[], [], []])
  sent.doubt()
  expect(await looks(1, 500, 499, 1)).toEqual([[], [], [], [['bo', 'away']]])
  // It is not reported again before the next comparison of all users.
  expect(await looks(1, 2_000)).toEqual([[], []])
})

test('a user who is missing in one or two comparisons has not left', async () => {
  const { there, sent, looks } = start({ compareMs: 0 })
  sent.note('bo', 'online', 'everybody')
  expect(await looks(1, 900)).toEqual([[], []])
  there.set('bo', 'online')
  expect(await looks(900)).toEqual([[]])
  there.clear()
  expect(await looks(1, 999, 1)).toEqual([[], [], [['bo', 'offline']]])
})

test('a status that changes from one comparison to the next is not sure', async () => {
  const { there, sent, looks } = start({ compareMs: 0 })
  sent.note('bo', 'online', 'everybody')
  for (const status of ['away', 'busy', 'away', 'busy'] as const) {
    there.set('bo', status)
    expect(await looks(600)).toEqual([[]])
  }
})

test('after one watcher was sent another status than those before, all are sent the present one', async () => {
  const { there, sent, looks } = start()
  there.set('bo', 'online')
  sent.note('bo', 'offline', 'somebody')
  sent.note('bo', 'online', 'somebody')
  expect(await looks(1)).toEqual([[]])
  sent.note('bo', 'online', 'somebody')
  expect(await looks(999)).toEqual([[]])
  sent.note('bo', 'online', 'somebody')
  expect(await looks(1)).toEqual([[['bo', 'online']]])
})

test('a hint that arrives for a suspected user corrects all watchers', async () => {
  const { there, sent, looks } = start()
  there.set('bo', 'online')
  sent.note('bo', 'offline', 'somebody')
  sent.note('bo', 'online', 'somebody')
  expect(await looks(1, 999)).toEqual([[], []])
  sent.note('bo', 'online', 'everybody')
  expect(await looks(1, 2_000)).toEqual([[], []])
})

test('a difference from before Redis went away is not sure when it is back', async () => {
  const { sent, looks } = start()
  sent.note('bo', 'online', 'everybody')
  sent.doubt()
  expect(await looks(1)).toEqual([[]])
  sent.doubt()
  expect(await looks(10_000, 999, 1)).toEqual([[], [], [['bo', 'offline']]])
})

test('comparisons that fail prove nothing, and are made again later', async () => {
  let fails = true
  const sent = createSentStatuses({
    appearances: async () => {
      if (fails) throw new Error('Redis is away')
      return new Map()
    },
    compareMs: 1_000_000,
    sureMs,
    clock,
  })
  const later = () => {
    now += sureMs
    return sent.compare()
  }
  sent.note('bo', 'online', 'everybody')
  sent.doubt()
  for (let count = 0; count < 3; count += 1) {
    await expect(later()).rejects.toThrow('Redis is away')
  }
  fails = false
  expect(await later()).toEqual(new Map())
  expect(await later()).toEqual(new Map([['bo', 'offline']]))
})
