import { expect, test } from 'vitest'
import { sliceAround } from './row-window.ts'

const keys = Array.from({ length: 1_000 }, (_, index) => `row ${index}`)

test('without a pivot it is the end, and follows it', () => {
  expect(sliceAround(keys, null)).toEqual({ start: 820, end: 1_000 })
  expect(sliceAround([...keys, 'new'], null)).toEqual({ start: 821, end: 1_001 })
})

test('around a pivot it stays, whatever is added before or behind', () => {
  expect(sliceAround(keys, 'row 500')).toEqual({ start: 410, end: 590 })
  expect(sliceAround(['older', ...keys, 'newer'], 'row 500')).toEqual({ start: 411, end: 591 })
})

test('it ends where the rows end', () => {
  expect(sliceAround(keys, 'row 3')).toEqual({ start: 0, end: 93 })
  expect(sliceAround(keys, 'row 999')).toEqual({ start: 909, end: 1_000 })
  expect(sliceAround([], null)).toEqual({ start: 0, end: 0 })
})

test('a pivot that is gone gives way to the end', () => {
  expect(sliceAround(keys, 'never there')).toEqual(sliceAround(keys, null))
})
