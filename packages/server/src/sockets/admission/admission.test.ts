import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OperationError } from '../../core/operation-error.ts'
import { type Admission, createAdmission } from './admission.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const limits = { perSecond: 100, atOnce: 3, waiting: 4, ofOneAddress: 4 }

/** Somebody comes, and what becomes of them. */
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

test('a few come in at once, a queue at an even rate, and in order', () => {
  const fates = comeAll(createAdmission(limits), 7)
  expect(fates.map(({ is }) => is)).toEqual(['in', 'in', 'in', 'waiting', 'waiting', 'waiting', 'waiting'])
  vi.advanceTimersByTime(20)
  expect(fates.map(({ is }) => is)).toEqual(['in', 'in', 'in', 'in', 'in', 'waiting', 'waiting'])
  vi.advanceTimersByTime(20)
  expect(inside(fates)).toBe(7)
})

test('who finds the queue full is told when to come, each later than the one before, and then gets in', () => {
  const admission = createAdmission(limits)
  comeAll(admission, 7)
  const late = comeAll(admission, 3)
  const waits = late.map(({ is }) => (is as OperationError).retryAfterMs ?? 0)
  expect(late.map(({ is }) => (is as OperationError).code)).toEqual(Array(3).fill('unavailable'))
  expect(waits).toEqual([50, 60, 70])
  vi.advanceTimersByTime(80)
  expect(inside(comeAll(admission, 3))).toBe(3)
})

test('who has gone takes nobody’s turn, and is let go of', () => {
  const admission = createAdmission(limits)
  comeAll(admission, 3)
  const gone = come(admission, () => false)
  const [one, other] = comeAll(admission, 2)
  vi.advanceTimersByTime(20)
  expect([one?.is, other?.is]).toEqual(['in', 'in'])
  expect(gone.is).toMatchObject({ code: 'unavailable' })
})

test('a step that comes late lets no more in than one in time', () => {
  const admission = createAdmission(limits)
  const fates = comeAll(admission, 7)
  vi.setSystemTime(Date.now() + 60_000)
  vi.advanceTimersByTime(20)
  expect(inside(fates)).toBe(5)
})

test('it rests when nobody comes, and serves the next ones at once', () => {
  const admission = createAdmission(limits)
  comeAll(admission, 9)
  vi.advanceTimersByTime(1_000)
  expect(vi.getTimerCount()).toBe(0)
  expect(inside(comeAll(admission, 4))).toBe(3)
})

test('closing, it turns everybody away, also those who wait', () => {
  const admission = createAdmission(limits)
  const before = comeAll(admission, 5)
  admission.close()
  expect([...before.slice(3), come(admission)].map(({ is }) => is)).toEqual(
    Array(3).fill(expect.objectContaining({ code: 'unavailable', retryAfterMs: 1_000 })),
  )
  expect(vi.getTimerCount()).toBe(0)
})

describe('A3: where one address sends many', () => {
  const wide = { perSecond: 50, atOnce: 1, waiting: 100, ofOneAddress: 60 }

  test('turns go around among the addresses', () => {
    const admission = createAdmission(wide)
    const many = comeAll(admission, 51, 'theirs')
    const [ana] = comeAll(admission, 1, 'hers')
    const [bo] = comeAll(admission, 1, 'his')
    expect(inside(many)).toBe(1)
    vi.advanceTimersByTime(60)
    expect([ana?.is, bo?.is, inside(many)]).toEqual(['in', 'in', 2])
  })

  test('it cannot fill the queue', () => {
    const admission = createAdmission(wide)
    const many = comeAll(admission, 70, 'theirs')
    expect(many.filter(({ is }) => is === 'waiting')).toHaveLength(60)
    expect(many.at(-1)?.is).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) })
    expect(come(admission, undefined, 'hers').is).toBe('waiting')
  })

  test('a full queue takes somebody new, and sends one away of the address that has most', () => {
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

  test('nobody is told to wait for more than a minute, however many were sent away', () => {
    const admission = createAdmission(wide)
    const many = comeAll(admission, 10_000, 'theirs')
    expect(many.at(-1)?.is).toMatchObject({ retryAfterMs: 60_000 })
  })
})
