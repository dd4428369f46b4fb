import { expect, test } from 'vitest'
import { sliceAround } from './row-window.ts'

const keys = Array.from({ length: 1_000 }, (_, index) => `row ${index}`)

test('without a pivot the slice is the end of the list, also after new rows', () => {
  expect(sliceAround(keys, null)).toEqual({ start: 820, end: 1_000 })
  expect(sliceAround([...keys, 'new'], null)).toEqual({ start: 821, end: 1_001 })
})

test('the slice stays around its pivot when rows are added before and after', () => {
  expect(sliceAround(keys, 'row 500')).toEqual({ start: 410, end: 590 })
  expect(sliceAround(['older', ...keys, 'newer'], 'row 500')).toEqual({ start: 411, end: 591 })
})

test('the slice does not exceed the list', () => {
  expect(sliceAround(keys, 'row 3')).toEqual({ start: 0, end: 93 })
  expect(sliceAround(keys, 'row 999')).toEqual({ start: 909, end: 1_000 })
  expect(sliceAround([], null)).toEqual({ start: 0, end: 0 })
})

test('with a pivot that is not in the list the slice is the end', () => {
  expect(sliceAround(keys, 'never there')).toEqual(sliceAround(keys, null))
})
