import fc from 'fast-check'
import { expect, test } from 'vitest'
import { partnerIn, toPairId } from './pair-id.ts'

const ids = fc.string({ unit: fc.constantFrom('a', 'b', '_', '-', 'Z', '0'), minLength: 1, maxLength: 6 })

test('an id of two people contains both, so that each finds the other, for all forms of their own ids', () => {
  fc.assert(
    fc.property(ids, ids, (one, other) => {
      const pairId = toPairId(one, other)
      expect(toPairId(other, one)).toBe(pairId)
      expect(toPairId(one, partnerIn(pairId, one) ?? '')).toBe(pairId)
      expect(toPairId(other, partnerIn(pairId, other) ?? '')).toBe(pairId)
    }),
  )
})

test('the example of the documents', () => {
  expect(toPairId('user456', 'user123')).toBe('user123_user456')
  expect(partnerIn('user123_user456', 'user456')).toBe('user123')
})

test.each(['', '_', 'a_', '_a', 'a', 'b_a', 'b_c', 'a__b'])('%j is not a conversation of a with b', (pairId) => {
  expect(partnerIn(pairId, 'a')).not.toBe('b')
})
