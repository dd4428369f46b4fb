import { z } from 'zod'
import { durable, ephemeral, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, limits, Rev, ShortText } from '../primitives.ts'
import { ConversationSummary } from './conversations.ts'

const SyncInput = z.strictObject({
  epoch: ShortText(limits.id)
    .optional()
    .describe(
      'The epoch of the positions; with another one than the server’s they mean nothing, and all is sent anew.',
    ),
  rev: Rev.optional().describe('The position of the account; left out by a device that holds nothing.'),
  positions: z
    .array(z.strictObject({ conversationId: Id, rev: Rev }))
    .max(limits.positions)
    .default([]),
})

/** Takes the two kinds of change, which are composed from the rows of all other features. */
export const createSync = <C extends z.ZodType, A extends z.ZodType, F extends z.ZodType>(
  conversationChange: C,
  accountChange: A,
  failure: F,
) =>
  feature({
    nouns: ['sync', 'account', 'operation'],
    about: 'How a device catches up: everything that changed since the positions it holds.',
    operations: {
      'sync.run': query({
        summary:
          'What changed since the positions a device holds, read in one snapshot. An answer is bounded (about 256 KiB, or one conversation); while `hasMore` is true, ask again from the positions reached.',
        http: { method: 'POST', path: '/sync' },
        input: SyncInput,
        example: { epoch: 'e1', rev: 3, positions: [{ conversationId: exampleIds.conversation, rev: 12 }] },
        output: z.strictObject({
          epoch: z.string(),
          reset: z
            .boolean()
            .describe(
              'True if the device must drop all that it holds: `account` then brings its conversations, from the first one on.',
            ),
          account: accountChange,
          changes: z.array(conversationChange),
          resets: z
            .array(ConversationSummary)
            .describe('Conversations with too many changes: drop their messages, start again from this summary.'),
          hasMore: z
            .boolean()
            .describe(
              'True if something is left: ask again with `account.rev` and the positions reached. A conversation that this answer names is complete; others that were asked for may not be.',
            ),
        }),
      }),
    },
    events: {
      'account.updated': durable(
        'Something changed that concerns one user alone, on all their devices.',
        accountChange,
      ),
      'sync.hinted': ephemeral('This device may have missed something: sync now.', z.strictObject({})),
      'operation.failed': ephemeral(
        'The answer to a failed operation that was sent without an acknowledgement.',
        failure,
      ),
    },
  })
