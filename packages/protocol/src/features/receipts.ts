import { z } from 'zod'
import { command, ephemeral, feature } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Seq } from '../primitives.ts'

export const Receipt = z.strictObject({ userId: Id, readSeq: Seq, deliveredSeq: Seq }).meta({ id: 'Receipt' })
export type Receipt = z.output<typeof Receipt>

const UpTo = z.strictObject({ conversationId: Id, seq: Seq })

const receiptOperations = {
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
