import { expect, test } from 'vitest'
import { createAnchors } from './anchors.ts'

test('a position is remembered for ten minutes after it was last saved', () => {
  let time = 0
  const anchors = createAnchors({ now: () => time })
  anchors.keep('ana', 7)
  time = 9 * 60_000
  expect(anchors.find('ana')).toBe(7)
  anchors.keep('ana', 8)
  time = 18 * 60_000
  expect(anchors.find('ana')).toBe(8)
  time = 19 * 60_000
  expect(anchors.find('ana')).toBeUndefined()
  expect(anchors.find('bo')).toBeUndefined()
})

test('only the latest ten thousand positions are remembered', () => {
  const anchors = createAnchors({ now: () => 0 })
  for (let at = 0; at <= 10_000; at += 1) anchors.keep(`person ${at}`, at)
  expect(anchors.find('person 0')).toBeUndefined()
  expect(anchors.find('person 1')).toBe(1)
  expect(anchors.find('person 10000')).toBe(10_000)
})
