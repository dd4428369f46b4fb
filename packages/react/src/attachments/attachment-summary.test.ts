import { expect, test } from 'vitest'
import { english } from '../texts/english/english.ts'
import { attachmentSummary } from './attachment-summary.ts'

const attachments = { a: { kind: 'image' }, b: { kind: 'image' }, v: { kind: 'voice' }, f: { kind: 'file' } } as const
const summary = (ids: string[], type = 'file') =>
  attachmentSummary({ body: { kind: 'plain', text: '', attachments: ids }, type, known: { attachments } }, english)

test('summarises the attachments of a message in a few words', () => {
  expect(summary(['a'])).toBe('Photo')
  expect(summary(['a', 'b'])).toBe('2 photos')
  expect(summary(['v'])).toBe('Voice message')
  expect(summary(['a', 'f', 'v'])).toBe('3 files')
})

test('summarises unknown attachments by the type of the message', () => {
  expect(summary(['x'], 'image')).toBe('Photo')
  expect(summary(['x'], 'voice')).toBe('Voice message')
  expect(summary(['x', 'y'])).toBe('2 files')
})
