import { expect, test } from 'vitest'
import { typingText } from './typing-line.tsx'

test.each([
  [[], ''],
  [['Ana'], 'Ana is typing'],
  [['Ana', 'Bo'], 'Ana and Bo are typing'],
  [['Ana', 'Bo', 'Cleo'], '3 people are typing'],
])('%j are told as "%s"', (names, text) => {
  expect(typingText(names)).toBe(text)
})
