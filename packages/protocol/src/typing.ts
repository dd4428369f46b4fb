import { z } from 'zod'
import { command, ephemeral } from './define.ts'
import { Id } from './primitives.ts'

export const typingOperations = {
  'typing.set': command({
    summary: 'You are typing, or have stopped. Without a repetition it stops by itself after 3 seconds.',
    http: { method: 'POST', path: '/conversations/:conversationId/typing' },
    input: z.strictObject({ conversationId: Id, isTyping: z.boolean() }),
    output: z.strictObject({}),
    errors: ['not_found'],
  }),
} as const

export const typingEvents = {
  'typing.updated': ephemeral(
    'Somebody types or has stopped; never sent to the person themselves.',
    z.strictObject({ conversationId: Id, userId: Id, isTyping: z.boolean() }),
  ),
} as const
