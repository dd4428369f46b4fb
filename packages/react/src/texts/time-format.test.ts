import { expect, test } from 'vitest'
import { startOfDay } from '../hooks/start-of-day.ts'
import { createTimeFormat } from './time-format.ts'

const times = createTimeFormat('en')

const now = new Date(2026, 2, 11, 9, 30).getTime()
const today = startOfDay(now)
const at = (...parts: [number, number, number, number]) => new Date(...parts).getTime()

test('a day is named by how far back it is', () => {
  expect(times.day(now, today)).toBe('Today')
  expect(times.day(at(2026, 2, 10, 23), today)).toBe('Yesterday')
  expect(times.day(at(2026, 2, 9, 1), today)).toBe('Monday')
  expect(times.day(at(2026, 2, 3, 1), today)).toMatch(/Tuesday.*March 3|Tuesday.*3 March/)
  expect(times.day(at(2025, 11, 24, 1), today)).toMatch(/2025/)
})

test('a clock that is ahead makes no day in the future out of today', () => {
  expect(times.day(at(2026, 2, 11, 23), today)).toBe('Today')
  expect(times.brief(at(2026, 2, 12, 1), today)).toBe(times.time(at(2026, 2, 12, 1)))
})

test('a list has room for the time of today alone', () => {
  expect(times.brief(now, today)).toBe(times.time(now))
  expect(times.brief(at(2026, 2, 10, 23), today)).toBe('Yesterday')
  expect(times.brief(at(2026, 2, 9, 1), today)).toBe('Mon')
})

test('what will be has its day, and its date where the day alone says too little', () => {
  expect(times.coming(at(2026, 2, 11, 23), today)).toBe(times.time(at(2026, 2, 11, 23)))
  expect(times.coming(at(2026, 2, 13, 23), today)).toMatch(/^Fri/)
  expect(times.coming(at(2026, 2, 18, 23), today)).toMatch(/18.*2026/)
})

test('how long ago is said in the largest unit that fits', () => {
  expect(times.ago(now - 5 * 60_000, now)).toBe('5 minutes ago')
  expect(times.ago(now - 3 * 3_600_000, now)).toBe('3 hours ago')
  expect(times.ago(now - 26 * 3_600_000, now)).toBe('yesterday')
  expect(times.ago(now + 60_000, now)).toBe('this minute')
})
