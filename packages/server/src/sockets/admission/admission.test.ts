import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OperationError } from '../../core/operation-error.ts'
import { type Admission, createAdmission } from './admission.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const limits = { perSecond: 100, atOnce: 3, waiting: 4, ofOneAddress: 4 }

/** A newcomer enters, and the test notes whether it is admitted or refused. */
function come(admission: Admission, isHere = () => true, address = 'home') {
  const fate: { is: 'in' | 'waiting' | OperationError } = { is: 'waiting' }
  admission.enter({
    address,
    isHere,
    admit: () => {
      fate.is = 'in'
    },
    refuse: (refusal) => {
      fate.is = refusal
    },
  })
  return fate
}

const comeAll = (admission: Admission, count: number, address?: string) =>
  Array.from({ length: count }, () => come(admission, undefined, address))
const inside = (fates: { is: unknown }[]) => fates.filter(({ is }) => is === 'in').length

test('a few are admitted at once, and a queue at an even rate and in order', () => {
  const fates = comeAll(createAdmission(limits), 7)
  expect(fates.map(({ is }) => is)).toEqual(['in', 'in', 'in', 'waiting', 'waiting', 'waiting', 'waiting'])
  vi.advanceTimersByTime(20)
  expect(fates.map(({ is }) => is)).toEqual(['in', 'in', 'in', 'in', 'in', 'waiting', 'waiting'])
  vi.advanceTimersByTime(20)
  expect(inside(fates)).toBe(7)
})

test('newcomers who find the queue full are told to come back, each later than the one before, and are admitted then', () => {
  const admission = createAdmission(limits)
  comeAll(admission, 7)
  const late = comeAll(admission, 3)
  const waits = late.map(({ is }) => (is as OperationError).retryAfterMs ?? 0)
  expect(late.map(({ is }) => (is as OperationError).code)).toEqual(Array(3).fill('unavailable'))
  expect(waits).toEqual([50, 60, 70])
  vi.advanceTimersByTime(80)
  expect(inside(comeAll(admission, 3))).toBe(3)
})

test('a newcomer who has gone takes no other’s turn, and is released', () => {
  const admission = createAdmission(limits)
  comeAll(admission, 3)
  const gone = come(admission, () => false)
  const [one, other] = comeAll(admission, 2)
  vi.advanceTimersByTime(20)
  expect([one?.is, other?.is]).toEqual(['in', 'in'])
  expect(gone.is).toMatchObject({ code: 'unavailable' })
})

test('a late step admits no more than one in time', () => {
  const admission = createAdmission(limits)
  const fates = comeAll(admission, 7)
  vi.setSystemTime(Date.now() + 60_000)
  vi.advanceTimersByTime(20)
  expect(inside(fates)).toBe(5)
})

test('it stops its timer when no newcomer comes, and admits the next ones at once', () => {
  const admission = createAdmission(limits)
  comeAll(admission, 9)
  vi.advanceTimersByTime(1_000)
  expect(vi.getTimerCount()).toBe(0)
  expect(inside(comeAll(admission, 4))).toBe(3)
})

test('once it is closed, it refuses all newcomers, also those who wait', () => {
  const admission = createAdmission(limits)
  const before = comeAll(admission, 5)
  admission.close()
  expect([...before.slice(3), come(admission)].map(({ is }) => is)).toEqual(
    Array(3).fill(expect.objectContaining({ code: 'unavailable', retryAfterMs: 1_000 })),
  )
  expect(vi.getTimerCount()).toBe(0)
})

describe('A3: if many newcomers come from one address', () => {
  const wide = { perSecond: 50, atOnce: 1, waiting: 100, ofOneAddress: 60 }

  test('the addresses take turns', () => {
    const admission = createAdmission(wide)
    const many = comeAll(admission, 51, 'theirs')
    const [ana] = comeAll(admission, 1, 'hers')
    const [bo] = comeAll(admission, 1, 'his')
    expect(inside(many)).toBe(1)
    vi.advanceTimersByTime(60)
    expect([ana?.is, bo?.is, inside(many)]).toEqual(['in', 'in', 2])
  })

  test('they cannot fill the queue', () => {
    const admission = createAdmission(wide)
    const many = comeAll(admission, 70, 'theirs')
    expect(many.filter(({ is }) => is === 'waiting')).toHaveLength(60)
    expect(many.at(-1)?.is).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) })
    expect(come(admission, undefined, 'hers').is).toBe('waiting')
  })

  test('a full queue takes a newcomer of another address, and refuses one of the address that has the most', () => {
    const admission = createAdmission(wide)
    const many = comeAll(admission, 61, 'theirs')
    const others = comeAll(admission, 40, 'others')
    expect([...many, ...others].filter(({ is }) => is === 'waiting')).toHaveLength(100)
    const ana = come(admission, undefined, 'hers')
    expect(ana.is).toBe('waiting')
    expect(many.filter(({ is }) => is === 'waiting')).toHaveLength(59)
    expect(many.at(-1)?.is).toMatchObject({ code: 'unavailable' })
    expect(come(admission, undefined, 'theirs').is).toMatchObject({ code: 'unavailable' })
  })

  test('no newcomer is told to wait for more than a minute, however many were refused', () => {
    const admission = createAdmission(wide)
    const many = comeAll(admission, 10_000, 'theirs')
    expect(many.at(-1)?.is).toMatchObject({ retryAfterMs: 60_000 })
  })
})
