import { z } from 'zod'
import { command, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Limit, Rev, Timestamp } from '../primitives.ts'
import { User } from './users.ts'

/** How many people one person may block. */
export const blockLimits = { people: 10_000 }

export const Block = z
  .strictObject({
    userId: Id.describe('The person who is blocked.'),
    removed: z
      .boolean()
      .describe('True after the block was lifted. The row stays, so that devices get this change, too.'),
    since: Timestamp.describe('When the present state began.'),
    rev: Rev.describe('The account’s rev of this change.'),
  })
  .meta({ id: 'Block' })
export type Block = z.output<typeof Block>

const Person = z.strictObject({ userId: Id })
const example = { userId: exampleIds.user }
const One = z.strictObject({ block: Block })

const blockOperations = {
  'block.add': command({
    summary:
      'Blocks a person: neither can write to or invite the other, or see when the other is online, types or reads. It ends the contact and the requests between you. Only your own devices are notified.',
    http: { method: 'PUT', path: '/blocks/:userId' },
    input: Person,
    example,
    output: One,
    errors: ['not_found', 'limit_reached'],
  }),
  'block.remove': command({
    summary: 'Lifts your block. Contacts and requests that the block ended stay ended.',
    http: { method: 'DELETE', path: '/blocks/:userId' },
    input: Person,
    example,
    output: One,
    errors: ['not_found'],
  }),
  'block.list': query({
    summary: 'The people whom you block, by user id; `after` continues a long list.',
    http: { method: 'GET', path: '/blocks' },
    input: z.strictObject({ after: Id.optional(), limit: Limit.default(50) }),
    example: { after: exampleIds.user, limit: 50 },
    output: z.strictObject({ blocks: z.array(Block), users: z.array(User), hasMore: z.boolean() }),
  }),
} as const

export const blocks = feature({
  nouns: ['block'],
  about: 'People with whom a user wants no contact. Only that user knows of a block; it is effective for both.',
  operations: blockOperations,
  accountRows: {
    blocks: z.array(Block).optional().describe('Own blocks that changed, in their present state.'),
  },
})
