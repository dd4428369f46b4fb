import { z } from 'zod'
import { command, feature } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Rev, Seq } from '../primitives.ts'

export const Hiding = z
  .strictObject({
    conversationId: Id,
    upToSeq: Seq.describe(
      'The seq of the last message when it was hidden. A later message shows the conversation again.',
    ),
    removed: z
      .boolean()
      .describe('True once the user has shown it again. The row stays, so that devices learn of this too.'),
    rev: Rev.describe('The account’s rev of this change.'),
  })
  .meta({ id: 'Hiding' })
export type Hiding = z.output<typeof Hiding>

const Which = z.strictObject({ conversationId: Id })
const example = { conversationId: exampleIds.conversation }
const One = z.strictObject({ hiding: Hiding })

const hidingOperations = {
  'hiding.set': command({
    summary: 'Hides a direct conversation from your lists until its next message. Only your own devices get an event.',
    http: { method: 'PUT', path: '/hidings/:conversationId' },
    input: Which,
    example,
    output: One,
    errors: ['forbidden', 'not_found'],
  }),
  'hiding.remove': command({
    summary: 'Shows a hidden conversation again.',
    http: { method: 'DELETE', path: '/hidings/:conversationId' },
    input: Which,
    example,
    output: One,
    errors: ['forbidden', 'not_found'],
  }),
} as const

export const hidings = feature({
  nouns: ['hiding'],
  about: 'Direct conversations that users have hidden from their lists until the next message.',
  operations: hidingOperations,
  accountRows: {
    hidings: z.array(Hiding).optional().describe('Changed hidings, in their present state.'),
  },
})
