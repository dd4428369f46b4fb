import { stopClock } from '@parley/server/testing/stopped-clock'
import { expect, onTestFinished, test } from 'vitest'
import { newId } from './new-id.ts'

test('an id is a UUID of version 7, begins with the time, and is another one each time', () => {
  onTestFinished(stopClock().release)
  const ids = Array.from({ length: 10_000 }, newId)
  const time = Date.now().toString(16).padStart(12, '0')
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(id.replace('-', '').slice(0, 12)).toBe(time)
  }
  expect(new Set(ids).size).toBe(ids.length)
  // Each random digit has every possible value in some id.
  const values = (at: number) => new Set(ids.map((id) => id[at])).size
  const tail = Array.from({ length: 12 }, (_, place) => 24 + place)
  for (const at of [15, 16, 17, 20, 21, 22, ...tail]) expect(values(at)).toBe(16)
  expect(values(19)).toBe(4)
})
