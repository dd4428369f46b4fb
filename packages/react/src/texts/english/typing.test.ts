import { expect, test } from 'vitest'
import { typing } from './typing.ts'

test.each([
  [[], ''],
  [['Ana'], 'Ana is typing'],
  [['Ana', 'Bo'], 'Ana and Bo are typing'],
  [['Ana', 'Bo', 'Cleo'], '3 people are typing'],
])('for %j it says "%s"', (names, text) => {
  expect(typing.areTyping(names)).toBe(text)
})
