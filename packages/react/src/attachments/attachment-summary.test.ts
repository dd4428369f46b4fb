import { expect, test } from 'vitest'
import { attachments as texts } from '../texts/english/attachments.ts'
import { attachmentSummary } from './attachment-summary.ts'

const known = { a: { kind: 'image' }, b: { kind: 'image' }, v: { kind: 'voice' }, f: { kind: 'file' } } as const
const summary = (ids: string[], text = '', type = 'file') => attachmentSummary({ ids, type, text, known }, texts)

test('what a message has is said in a few words', () => {
  expect(summary(['a'])).toBe('Photo')
  expect(summary(['a', 'b'])).toBe('2 photos')
  expect(summary(['v'])).toBe('Voice message')
  expect(summary(['a', 'f', 'v'])).toBe('3 files')
  expect(summary(['a'], 'the garden')).toBe('Photo: the garden')
})

test('where the attachments are not known, the type of the message says it', () => {
  expect(summary(['x'], '', 'image')).toBe('Photo')
  expect(summary(['x'], '', 'voice')).toBe('Voice message')
  expect(summary(['x', 'y'])).toBe('2 files')
})
