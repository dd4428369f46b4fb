import { expect, test } from 'vitest'
import { moved, unzoomed, zoomed } from './zoom-view.ts'

const room = { picture: { width: 400, height: 200 }, frame: { width: 400, height: 400 } }

test('the point under the pointer stays there, unless the picture would leave its frame', () => {
  const view = zoomed(unzoomed, 2, { x: 100, y: 0 }, room)
  expect(view).toEqual({ scale: 2, x: -100, y: 0 })
  // The point of the picture that was 100 px right of the center is still there.
  expect((100 - view.x) / view.scale).toBe(100)
  expect(zoomed(unzoomed, 2, { x: 0, y: 90 }, room)).toEqual({ scale: 2, x: 0, y: 0 })
})

test('the scale stays between 1 and 8, and the picture cannot be moved out of its frame', () => {
  expect(zoomed(unzoomed, 0.1, { x: 50, y: 50 }, room)).toEqual(unzoomed)
  expect(zoomed(unzoomed, 1_000, { x: 0, y: 0 }, room).scale).toBe(8)
  expect(moved({ scale: 2, x: 0, y: 0 }, { x: 9_999, y: 9_999 }, room)).toEqual({ scale: 2, x: 200, y: 0 })
})
