import { z } from 'zod'
import { command, ephemeral, feature } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id } from '../primitives.ts'

const typingOperations = {
  'typing.set': command({
    summary: 'Reports that you are typing, or have stopped. The server ends it after 3 seconds without a repetition.',
    http: { method: 'POST', path: '/conversations/:conversationId/typing' },
    input: z.strictObject({ conversationId: Id, isTyping: z.boolean() }),
    example: { conversationId: exampleIds.conversation, isTyping: true },
    output: z.strictObject({}),
    errors: ['not_found'],
  }),
} as const

const typingEvents = {
  'typing.updated': ephemeral(
    'Somebody types or has stopped; not sent to that person.',
    z.strictObject({ conversationId: Id, userId: Id, isTyping: z.boolean() }),
  ),
} as const

export const typing = feature({
  nouns: ['typing'],
  about: 'Who is typing right now. Best effort, never stored.',
  operations: typingOperations,
  events: typingEvents,
})
