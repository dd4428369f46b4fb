import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../rig/random.ts'
import { checkHistory } from './check-history.ts'
import { allDefects } from './defects/all-defects.ts'
import { lastStep } from './defects/defect.ts'
import { faultlessHistory } from './faultless-history.ts'
import type { History } from './history.ts'
import { type ViolationKind, violationKinds } from './violation.ts'

const kindsIn = (history: History): ViolationKind[] => [...new Set(checkHistory(history).map(({ kind }) => kind))]

const seeds = fc.integer({ min: 0, max: 2 ** 31 })

test('no faultless history has a violation', () => {
  fc.assert(
    fc.property(seeds, fc.nat(120), (seed, deeds) => {
      expect(checkHistory(faultlessHistory(createRandom(seed), deeds))).toEqual([])
    }),
    { numRuns: 300, seed: 3 },
  )
})

/** A device marks more as read than the log has, before or after it learns (`isTold`) that a backup was restored. */
const readAcrossRestore = (isTold: boolean): History => {
  const history = faultlessHistory(createRandom(7), 20)
  const step = lastStep(history)
  const [reading] = history.readings
  if (!reading) throw new Error('the history has no reading')
  const { deviceId, readerId: userId, conversationId } = reading
  history.restores.push({ backupStep: step, restoredStep: step + 1 })
  history.marks.push({ deviceId, userId, conversationId, readSeq: 999, step: step + (isTold ? 5 : 2) })
  history.syncs.push({ deviceId, epoch: 'second', isReset: true, invokedStep: step + 3, step: step + 4 })
  return history
}

test('what a device marks as read before it learns of a restore belongs to the lost history', () => {
  expect(kindsIn(readAcrossRestore(false))).toEqual([])
  expect(kindsIn(readAcrossRestore(true))).toEqual(['went_back'])
})

describe('each defect is found as its kind', () => {
  test.each(Object.entries(allDefects))('%s', (_, { kind, make }) => {
    const random = createRandom(7)
    // So long that it has everything that a defect may spoil.
    const history = faultlessHistory(random, 150)
    expect(make(history, random)).not.toBe(false)
    expect(kindsIn(history)).toContain(kind)
  })
})

test('each defect is found in any random history', () => {
  fc.assert(
    fc.property(seeds, fc.nat(60), fc.constantFrom(...Object.values(allDefects)), (seed, deeds, { kind, make }) => {
      const random = createRandom(seed)
      const history = faultlessHistory(random, deeds)
      // Skips short histories that lack what this defect spoils.
      fc.pre(make(history, random) !== false)
      expect(kindsIn(history)).toContain(kind)
    }),
    { numRuns: 2_000, seed: 3 },
  )
})

test('there is a defect of every kind', () => {
  const kinds = new Set(Object.values(allDefects).map(({ kind }) => kind))
  expect(Object.keys(violationKinds).filter((kind) => !kinds.has(kind as ViolationKind))).toEqual([])
})
