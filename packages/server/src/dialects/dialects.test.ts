import { expect, test } from 'vitest'
import { dialects } from './dialects.ts'

const twice = (words: readonly string[]) => words.filter((word, at) => words.indexOf(word) !== at)

test('no two dialects take the same event, so that the first one says which of them a client speaks', () => {
  expect(twice(dialects.flatMap(({ incoming }) => Object.keys(incoming)))).toEqual([])
})

test('no two dialects serve the same request', () => {
  const shapeOf = (path: string) => path.replace(/:\w+/g, ':')
  expect(
    twice(dialects.flatMap(({ routes }) => routes.map(({ method, path }) => `${method} ${shapeOf(path)}`))),
  ).toEqual([])
})

test('no dialect takes a path of our own API', () => {
  expect(dialects.flatMap(({ routes }) => routes.filter(({ path }) => path.startsWith('/api/v1')))).toEqual([])
})

test('the event by which a client shows who it is belongs to none of them', () => {
  for (const { incoming } of dialects) expect(Object.hasOwn(incoming, 'authenticate')).toBe(false)
})
