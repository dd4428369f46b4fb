import { z } from 'zod'
import { command, ephemeral, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Limit, Seq, Timestamp } from '../primitives.ts'

export const Receipt = z.strictObject({ userId: Id, readSeq: Seq, deliveredSeq: Seq }).meta({ id: 'Receipt' })
export type Receipt = z.output<typeof Receipt>

/** How far a member has read and received, and when these last changed. */
export const MemberReceipt = Receipt.extend({
  readAt: Timestamp.nullable().describe('When `readSeq` last changed; null if never, or if not known.'),
  deliveredAt: Timestamp.nullable(),
  joinedSeq: Seq.describe('The seq of the last message before they joined.'),
}).meta({ id: 'MemberReceipt' })
export type MemberReceipt = z.output<typeof MemberReceipt>

const UpTo = z.strictObject({ conversationId: Id, seq: Seq })

const receiptOperations = {
  'receipt.list': query({
    summary:
      'How far each member has read and received, and when that last changed, by user id; `after` continues a long list.',
    http: { method: 'GET', path: '/conversations/:conversationId/receipts' },
    input: z.strictObject({ conversationId: Id, after: Id.optional(), limit: Limit.default(100) }),
    example: { conversationId: exampleIds.conversation, after: exampleIds.user, limit: 100 },
    output: z.strictObject({ receipts: z.array(MemberReceipt), hasMore: z.boolean() }),
    errors: ['not_found'],
  }),
  'receipt.read': command({
    summary:
      'Reports that you read everything up to this `seq`, which implies that it was delivered. A lower one changes nothing.',
    http: { method: 'POST', path: '/conversations/:conversationId/read' },
    input: UpTo,
    example: { conversationId: exampleIds.conversation, seq: 7 },
    output: z.strictObject({ receipt: Receipt }),
    errors: ['not_found'],
  }),
  'receipt.delivered': command({
    summary: 'Reports that a device of yours has everything up to this `seq`. A lower one changes nothing.',
    http: { method: 'POST', path: '/conversations/:conversationId/delivered' },
    input: UpTo.extend({
      from: Seq.optional().describe(
        'The first message that the device received. The position moves only if none is missing between the two.',
      ),
    }),
    example: { conversationId: exampleIds.conversation, from: 5, seq: 7 },
    output: z.strictObject({ receipt: Receipt }),
    errors: ['not_found'],
  }),
} as const

const receiptEvents = {
  'receipt.updated': ephemeral(
    'Members have read or received further messages.',
    z.strictObject({ conversationId: Id, receipts: z.array(Receipt) }),
  ),
} as const

export const receipts = feature({
  nouns: ['receipt'],
  about: 'How far each member has read and received: two numbers that only grow.',
  operations: receiptOperations,
  events: receiptEvents,
})
