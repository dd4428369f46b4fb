import { z } from 'zod'
import { command, conversationEvent, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Limit, Rev, wellFormed } from '../primitives.ts'
import { inEmojiStyle, isEmoji } from './emoji.ts'
import { User } from './users.ts'

/** Different emoji on one message, and users that a tally names. */
export const reactionLimits = { emojiPerMessage: 20, namedUsers: 20 }

/** In UTF-16 code units: longer than every emoji that Unicode recommends, and than the names of custom ones (32). */
const longestEmoji = 40

export const Emoji = z
  .string()
  .max(longestEmoji)
  .check(wellFormed)
  .refine(isEmoji, 'must be one emoji, or the name of a custom one such as :party:')
  .overwrite(inEmojiStyle)
  .meta({
    id: 'Emoji',
    description: 'One emoji of Unicode, or the name of a custom one: lower-case letters, digits, _ + - between colons.',
  })

export const Reaction = z
  .strictObject({
    messageId: Id,
    userId: Id,
    emoji: Emoji,
    rev: Rev,
    removed: z
      .boolean()
      .describe('True after the user removed it. The row stays, so that devices get this change, too.'),
  })
  .meta({ id: 'Reaction' })
export type Reaction = z.output<typeof Reaction>

export const Tally = z
  .strictObject({
    messageId: Id,
    emoji: Emoji,
    count: z.int().min(0).describe('0 after the last user removed it.'),
    userIds: z
      .array(Id)
      .describe(
        `At most the first ${reactionLimits.namedUsers} users, in the order of their reactions; \`reaction.list\` has all.`,
      ),
    firstRev: Rev.describe(
      'The rev of the first use of this emoji: clients show the tallies of a message in this order.',
    ),
    rev: Rev.describe('The rev at which it was counted. The tally with the newest rev is valid.'),
    own: z
      .boolean()
      .optional()
      .describe(
        'Did the caller use it? Live events are the same for all users and leave it out: there it follows from `reactions`.',
      ),
  })
  .meta({ id: 'Tally' })
export type Tally = z.output<typeof Tally>

/** The tallies of the messages in a page, summary or change. */
export const reactionSideRows = {
  tallies: z.array(Tally).default([]).describe('The reactions to these messages, counted.'),
}

const OnMessage = z.strictObject({ messageId: Id, emoji: Emoji })
const example = { messageId: exampleIds.message, emoji: '👍' }
const Changed = z.strictObject({ reaction: Reaction, tally: Tally })

const reactionOperations = {
  'reaction.add': command({
    summary: `Reacts to a message with an emoji; a message can have ${reactionLimits.emojiPerMessage} different ones. Adding it again changes nothing.`,
    http: { method: 'PUT', path: '/messages/:messageId/reactions/:emoji' },
    input: OnMessage,
    example,
    output: Changed,
    errors: ['not_found', 'no_contact', 'limit_reached'],
  }),
  'reaction.remove': command({
    summary: 'Removes your reaction. Doing it again changes nothing.',
    http: { method: 'DELETE', path: '/messages/:messageId/reactions/:emoji' },
    input: OnMessage,
    example,
    output: Changed,
    errors: ['not_found'],
  }),
  'reaction.list': query({
    summary: 'The reactions to a message with one emoji, the oldest first; `after` continues a long list.',
    http: { method: 'GET', path: '/messages/:messageId/reactions/:emoji' },
    input: z.strictObject({
      messageId: Id,
      emoji: Emoji,
      after: Rev.optional().describe('Only the reactions after this rev.'),
      limit: Limit.default(50),
    }),
    example: { ...example, after: 12, limit: 50 },
    output: z.strictObject({ reactions: z.array(Reaction), users: z.array(User), hasMore: z.boolean() }),
    errors: ['not_found'],
  }),
} as const

const reactionEvents = {
  'reaction.added': conversationEvent('Somebody reacted to a message.'),
  'reaction.removed': conversationEvent('Somebody removed a reaction.'),
} as const

export const reactions = feature({
  nouns: ['reaction'],
  about: 'Emoji with which users react to a message, counted for each emoji.',
  operations: reactionOperations,
  events: reactionEvents,
  conversationRows: {
    reactions: z.array(Reaction).optional().describe('The reactions that changed; `tallies` has the new counts.'),
  },
})
