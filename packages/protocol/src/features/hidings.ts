import { z } from 'zod'
import { command, feature } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Rev, Seq } from '../primitives.ts'

export const Hiding = z
  .strictObject({
    conversationId: Id,
    upToSeq: Seq.describe('The last message when it was hidden: the conversation comes back with a later one.'),
    removed: z.boolean().describe('True once it was shown again. The row stays, so that this is a change as well.'),
    rev: Rev.describe('The account’s rev of this change.'),
  })
  .meta({ id: 'Hiding' })
export type Hiding = z.output<typeof Hiding>

const Which = z.strictObject({ conversationId: Id })
const example = { conversationId: exampleIds.conversation }
const One = z.strictObject({ hiding: Hiding })

const hidingOperations = {
  'hiding.set': command({
    summary: 'Hides a direct conversation from your lists, until its next message. Only your own devices are told.',
    http: { method: 'PUT', path: '/hidings/:conversationId' },
    input: Which,
    example,
    output: One,
    errors: ['forbidden', 'not_found'],
  }),
  'hiding.remove': command({
    summary: 'Shows a conversation again that you had hidden.',
    http: { method: 'DELETE', path: '/hidings/:conversationId' },
    input: Which,
    example,
    output: One,
    errors: ['forbidden', 'not_found'],
  }),
} as const

export const hidings = feature({
  nouns: ['hiding'],
  about: 'Direct conversations that a person does not want to see until something is said there.',
  operations: hidingOperations,
  accountRows: {
    hidings: z.array(Hiding).optional().describe('Hidden conversations that changed, in their present state.'),
  },
})
