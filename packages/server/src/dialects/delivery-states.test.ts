import type { MemberReceipt } from '@parley/protocol'
import { expect, test } from 'vitest'
import { deliveredAtForAll, receiverStatuses, statusForAll } from './delivery-states.ts'

const receipt = (userId: string, deliveredSeq: number, readSeq: number, joinedSeq = 0): MemberReceipt => ({
  userId,
  deliveredSeq,
  readSeq,
  deliveredAt: deliveredSeq > 0 ? 1_000 + deliveredSeq : null,
  readAt: readSeq > 0 ? 2_000 + readSeq : null,
  joinedSeq,
})

const message = { seq: 5, senderId: 'ana' }

test('each receiver has a status of their own; the sender and members who joined later have none', () => {
  const receipts = [
    receipt('ana', 9, 9),
    receipt('bo', 5, 4),
    receipt('cleo', 6, 5),
    receipt('dan', 4, 0),
    receipt('eve', 9, 9, 5),
  ]
  expect(receiverStatuses(message, receipts)).toEqual([
    { userId: 'bo', status: 'delivered', at: 1_005 },
    { userId: 'cleo', status: 'read', at: 2_005 },
    { userId: 'dan', status: 'sent', at: null },
  ])
})

test.each([
  [[receipt('bo', 5, 5), receipt('cleo', 5, 5)], 'read', 1_005],
  [[receipt('bo', 9, 9), receipt('cleo', 5, 0)], 'delivered', 1_009],
  [[receipt('bo', 9, 9), receipt('cleo', 4, 4)], 'sent', null],
  [[receipt('ana', 9, 9)], 'sent', null],
] as const)('the status shared by all of %j is %s', (receipts, status, at) => {
  expect(statusForAll(receiverStatuses(message, receipts))).toBe(status)
  expect(deliveredAtForAll(message, receipts)).toBe(at)
})
