import { expect, test } from 'vitest'
import { startOfDay } from '../hooks/start-of-day.ts'
import { formatAgo, formatBrief, formatDay, formatTime } from './time-format.ts'

const now = new Date(2026, 2, 11, 9, 30).getTime()
const today = startOfDay(now)
const at = (...parts: [number, number, number, number]) => new Date(...parts).getTime()

test('a day is named by how far back it is', () => {
  expect(formatDay(now, today)).toBe('Today')
  expect(formatDay(at(2026, 2, 10, 23), today)).toBe('Yesterday')
  expect(formatDay(at(2026, 2, 9, 1), today)).toBe('Monday')
  expect(formatDay(at(2026, 2, 3, 1), today)).toMatch(/Tuesday.*March 3|Tuesday.*3 March/)
  expect(formatDay(at(2025, 11, 24, 1), today)).toMatch(/2025/)
})

test('a clock that is ahead makes no day in the future out of today', () => {
  expect(formatDay(at(2026, 2, 11, 23), today)).toBe('Today')
  expect(formatBrief(at(2026, 2, 12, 1), today)).toBe(formatTime(at(2026, 2, 12, 1)))
})

test('a list has room for the time of today alone', () => {
  expect(formatBrief(now, today)).toBe(formatTime(now))
  expect(formatBrief(at(2026, 2, 10, 23), today)).toBe('Yesterday')
  expect(formatBrief(at(2026, 2, 9, 1), today)).toBe('Mon')
})

test('how long ago is said in the largest unit that fits', () => {
  expect(formatAgo(now - 5 * 60_000, now)).toBe('5 minutes ago')
  expect(formatAgo(now - 3 * 3_600_000, now)).toBe('3 hours ago')
  expect(formatAgo(now - 26 * 3_600_000, now)).toBe('yesterday')
  expect(formatAgo(now + 60_000, now)).toBe('this minute')
})
