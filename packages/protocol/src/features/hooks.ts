import { z } from 'zod'
import { command, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Name, Timestamp } from '../primitives.ts'

/** An incoming webhook: an address to which another system posts messages. Each has its own bot, which sends them. */
export const Hook = z
  .strictObject({
    id: Id,
    conversationId: Id,
    userId: Id.describe('The bot that sends the posted messages.'),
    name: z.string(),
    createdBy: Id,
    createdAt: Timestamp,
  })
  .meta({ id: 'Hook' })
export type Hook = z.output<typeof Hook>

const hookOperations = {
  'hook.create': command({
    summary:
      'Makes an incoming webhook: an address to which another system posts `{ "text": "…" }`, and a bot of that name, which sends the text to the room.',
    http: { method: 'POST', path: '/conversations/:conversationId/hooks', status: 201 },
    holdsSecrets: true,
    input: z.strictObject({ conversationId: Id, name: Name }),
    example: { conversationId: exampleIds.conversation, name: 'Builds' },
    output: z.strictObject({
      hook: Hook,
      path: z
        .string()
        .describe(
          'The path to post to, below the address of the server. It contains a secret, and is returned only here.',
        ),
    }),
    errors: ['not_found', 'forbidden', 'limit_reached'],
  }),
  'hook.list': query({
    summary: 'The incoming webhooks of a room, without their secrets.',
    http: { method: 'GET', path: '/conversations/:conversationId/hooks' },
    input: z.strictObject({ conversationId: Id }),
    example: { conversationId: exampleIds.conversation },
    output: z.strictObject({ hooks: z.array(Hook) }),
    errors: ['not_found', 'forbidden'],
  }),
  'hook.revoke': command({
    summary: 'Ends an incoming webhook. Its bot leaves the room; its messages stay.',
    http: { method: 'DELETE', path: '/conversations/:conversationId/hooks/:hookId' },
    input: z.strictObject({ conversationId: Id, hookId: Id }),
    example: { conversationId: exampleIds.conversation, hookId: '01970000-0000-7000-8000-0000000000bb' },
    output: z.strictObject({}),
    errors: ['not_found', 'forbidden'],
  }),
} as const

export const hooks = feature({
  nouns: ['hook'],
  about: 'Incoming webhooks: addresses to which other systems post messages.',
  operations: hookOperations,
})
