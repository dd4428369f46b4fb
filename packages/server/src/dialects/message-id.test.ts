import { operations } from '@parley/protocol'
import { expect, test } from 'vitest'
import { makeMessageId } from './message-id.ts'

const { id: MessageId } = operations['message.send'].input.shape

test('an id is valid in the protocol', () => {
  for (let turn = 0; turn < 1_000; turn += 1) expect(MessageId.safeParse(makeMessageId()).success).toBe(true)
})

test('an id begins with its time, so that later ids sort later', () => {
  expect(makeMessageId(0x0192_3456_789a).startsWith('01923456-789a-7')).toBe(true)
  expect(makeMessageId(1_000) < makeMessageId(1_001)).toBe(true)
})

test('two ids made at the same moment differ', () => {
  expect(makeMessageId(1)).not.toBe(makeMessageId(1))
})
