import { expect, test } from 'vitest'
import { dialects } from './dialects.ts'

const twice = (words: readonly string[]) => words.filter((word, at) => words.indexOf(word) !== at)

test('no two dialects have an event of the same name, so that the first event identifies a client’s dialect', () => {
  expect(twice(dialects.flatMap(({ incoming }) => Object.keys(incoming)))).toEqual([])
})

test('no two dialects serve the same request', () => {
  const shapeOf = (path: string) => path.replace(/:\w+/g, ':')
  expect(
    twice(dialects.flatMap(({ routes }) => routes.map(({ method, path }) => `${method} ${shapeOf(path)}`))),
  ).toEqual([])
})

test('no dialect serves a path of the native API', () => {
  expect(dialects.flatMap(({ routes }) => routes.filter(({ path }) => path.startsWith('/api/v1')))).toEqual([])
})

test('no dialect defines the event “authenticate”', () => {
  for (const { incoming } of dialects) expect(Object.hasOwn(incoming, 'authenticate')).toBe(false)
})
