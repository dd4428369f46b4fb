import { expect, test } from 'vitest'
import { moved, whole, zoomed } from './zoom-view.ts'

const room = { picture: { width: 400, height: 200 }, frame: { width: 400, height: 400 } }

test('what is under the pointer stays there, as far as the edges of the picture let it', () => {
  const view = zoomed(whole, 2, { x: 100, y: 0 }, room)
  expect(view).toEqual({ scale: 2, x: -100, y: 0 })
  // The point of the picture that was 100 right of the middle is still seen there.
  expect((100 - view.x) / view.scale).toBe(100)
  expect(zoomed(whole, 2, { x: 0, y: 90 }, room)).toEqual({ scale: 2, x: 0, y: 0 })
})

test('it is never smaller than whole, never endlessly large, and never out of sight', () => {
  expect(zoomed(whole, 0.1, { x: 50, y: 50 }, room)).toEqual(whole)
  expect(zoomed(whole, 1_000, { x: 0, y: 0 }, room).scale).toBe(8)
  expect(moved({ scale: 2, x: 0, y: 0 }, { x: 9_999, y: 9_999 }, room)).toEqual({ scale: 2, x: 200, y: 0 })
})
