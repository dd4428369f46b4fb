import { expect, test } from 'vitest'
import { startOfDay } from '../hooks/start-of-day.ts'
import { createTimeFormat } from './time-format.ts'

const times = createTimeFormat('en')

const now = new Date(2026, 2, 11, 9, 30).getTime()
const today = startOfDay(now)
const at = (...parts: [number, number, number, number]) => new Date(...parts).getTime()

test('a day is named by its distance from today', () => {
  expect(times.day(now, today)).toBe('Today')
  expect(times.day(at(2026, 2, 10, 23), today)).toBe('Yesterday')
  expect(times.day(at(2026, 2, 9, 1), today)).toBe('Monday')
  expect(times.day(at(2026, 2, 3, 1), today)).toMatch(/Tuesday.*March 3|Tuesday.*3 March/)
  expect(times.day(at(2025, 11, 24, 1), today)).toMatch(/2025/)
})

test('a time later today, or in the future because a clock is wrong, counts as today', () => {
  expect(times.day(at(2026, 2, 11, 23), today)).toBe('Today')
  expect(times.brief(at(2026, 2, 12, 1), today)).toBe(times.time(at(2026, 2, 12, 1)))
})

test('brief shows the time for today, and the day for earlier times', () => {
  expect(times.brief(now, today)).toBe(times.time(now))
  expect(times.brief(at(2026, 2, 10, 23), today)).toBe('Yesterday')
  expect(times.brief(at(2026, 2, 9, 1), today)).toBe('Mon')
})

test('a coming time has its weekday within a week, and its date after that', () => {
  expect(times.coming(at(2026, 2, 11, 23), today)).toBe(times.time(at(2026, 2, 11, 23)))
  expect(times.coming(at(2026, 2, 13, 23), today)).toMatch(/^Fri/)
  expect(times.coming(at(2026, 2, 18, 23), today)).toMatch(/18.*2026/)
})

test('ago uses the largest unit that fits', () => {
  expect(times.ago(now - 5 * 60_000, now)).toBe('5 minutes ago')
  expect(times.ago(now - 3 * 3_600_000, now)).toBe('3 hours ago')
  expect(times.ago(now - 26 * 3_600_000, now)).toBe('yesterday')
  expect(times.ago(now + 60_000, now)).toBe('this minute')
})
