import { z } from 'zod'
import { command, ephemeral, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Limit, Seq, Timestamp } from '../primitives.ts'

export const Receipt = z.strictObject({ userId: Id, readSeq: Seq, deliveredSeq: Seq }).meta({ id: 'Receipt' })
export type Receipt = z.output<typeof Receipt>

/** The marks of a member, and when they last moved. */
export const MemberReceipt = Receipt.extend({
  readAt: Timestamp.nullable().describe('When the mark last moved; null if it never did, or where that is not known.'),
  deliveredAt: Timestamp.nullable(),
  joinedSeq: Seq.describe('What stands up to here was there before they came in.'),
}).meta({ id: 'MemberReceipt' })
export type MemberReceipt = z.output<typeof MemberReceipt>

const UpTo = z.strictObject({ conversationId: Id, seq: Seq })

const receiptOperations = {
  'receipt.list': query({
    summary:
      'How far each member has read and received, and when that last changed; by user id, and `after` continues a long list.',
    http: { method: 'GET', path: '/conversations/:conversationId/receipts' },
    input: z.strictObject({ conversationId: Id, after: Id.optional(), limit: Limit.default(100) }),
    example: { conversationId: exampleIds.conversation, after: exampleIds.user, limit: 100 },
    output: z.strictObject({ receipts: z.array(MemberReceipt), hasMore: z.boolean() }),
    errors: ['not_found'],
  }),
  'receipt.read': command({
    summary: 'Everything up to this place was read. It never goes back; what was read was also delivered.',
    http: { method: 'POST', path: '/conversations/:conversationId/read' },
    input: UpTo,
    example: { conversationId: exampleIds.conversation, seq: 7 },
    output: z.strictObject({ receipt: Receipt }),
    errors: ['not_found'],
  }),
  'receipt.delivered': command({
    summary: 'Everything up to this place has reached a device of yours. It never goes back.',
    http: { method: 'POST', path: '/conversations/:conversationId/delivered' },
    input: UpTo,
    example: { conversationId: exampleIds.conversation, seq: 7 },
    output: z.strictObject({ receipt: Receipt }),
    errors: ['not_found'],
  }),
} as const

const receiptEvents = {
  'receipt.updated': ephemeral(
    'How far members have read and received.',
    z.strictObject({ conversationId: Id, receipts: z.array(Receipt) }),
  ),
} as const

export const receipts = feature({
  nouns: ['receipt'],
  about: 'How far each member has read and received: two marks that only grow.',
  operations: receiptOperations,
  events: receiptEvents,
})
