import { z } from 'zod'
import { durable, ephemeral, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, limits, Rev, ShortText } from '../primitives.ts'
import { ConversationSummary } from './conversations.ts'

const SyncInput = z.strictObject({
  epoch: ShortText(limits.id)
    .optional()
    .describe(
      'The epoch of the positions. If it is not the server’s, the positions are invalid, and the server sends everything again.',
    ),
  rev: Rev.optional().describe('The position of the account; omit it on a device without data.'),
  positions: z
    .array(z.strictObject({ conversationId: Id, rev: Rev }))
    .max(limits.positions)
    .default([]),
})

/**
 * Returns the definition of the feature `sync`: the operation `sync.run`, and the events `account.updated`,
 * `sync.hinted` and `operation.failed`, whose payload is `failure`. It is made after all other features, because the
 * three schemas are composed from their rows.
 */
export const createSync = <C extends z.ZodType, A extends z.ZodType, F extends z.ZodType>(
  conversationChange: C,
  accountChange: A,
  failure: F,
) =>
  feature({
    nouns: ['sync', 'account', 'operation'],
    about: 'How a device catches up: it gets everything that changed since its positions.',
    operations: {
      'sync.run': query({
        summary:
          'What changed since the positions of the device, read in one snapshot. An answer is limited (about 256 KiB, or one conversation); while `hasMore` is true, ask again from the positions reached.',
        http: { method: 'POST', path: '/sync' },
        input: SyncInput,
        example: { epoch: 'e1', rev: 3, positions: [{ conversationId: exampleIds.conversation, rev: 12 }] },
        output: z.strictObject({
          epoch: z.string(),
          reset: z
            .boolean()
            .describe(
              'True if the device must drop all its data: `account` then has its conversations, from the first one on.',
            ),
          account: accountChange,
          changes: z.array(conversationChange),
          resets: z
            .array(ConversationSummary)
            .describe('Conversations with too many changes: drop their messages, start again from this summary.'),
          hasMore: z
            .boolean()
            .describe(
              'True if the answer is not complete: ask again with `account.rev` and the positions reached. Conversations in this answer are complete; others that were asked for may not be.',
            ),
        }),
      }),
    },
    events: {
      'account.updated': durable('Something changed that only this user gets, on all their devices.', accountChange),
      'sync.hinted': ephemeral('This device may have missed something: sync now.', z.strictObject({})),
      'operation.failed': ephemeral(
        'The answer to a failed operation that was sent without an acknowledgement.',
        failure,
      ),
    },
  })
