import { z } from 'zod'
import { command, conversationEvent, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Limit, Rev, wellFormed } from '../primitives.ts'
import { inEmojiStyle, isEmoji } from './emoji.ts'
import { User } from './users.ts'

/** How many different emoji one message can have, and how many people a tally names. */
export const reactionLimits = { emojiPerMessage: 20, namedUsers: 20 }

/** Longer than every emoji that Unicode recommends; a custom one has a name of up to 32 characters. */
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
    removed: z.boolean().describe('True once the user took it back. The row stays, so that this is a change as well.'),
  })
  .meta({ id: 'Reaction' })
export type Reaction = z.output<typeof Reaction>

export const Tally = z
  .strictObject({
    messageId: Id,
    emoji: Emoji,
    count: z.int().min(0).describe('0 once the last user took it back.'),
    userIds: z
      .array(Id)
      .describe(
        `The first ${reactionLimits.namedUsers} users at most, in the order of their reactions; \`reaction.list\` has all.`,
      ),
    firstRev: Rev.describe('Tallies of a message are shown in this order: that of the first use of each emoji.'),
    rev: Rev.describe('The change that it was counted at. The tally with the newer rev is valid.'),
    own: z
      .boolean()
      .optional()
      .describe(
        'Whether the caller is among the users. Live events are the same for everybody and leave it out: there it follows from `reactions`.',
      ),
  })
  .meta({ id: 'Tally' })
export type Tally = z.output<typeof Tally>

/** How often each emoji was used on the messages that other rows speak of. */
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
    summary: 'Takes your reaction back. Doing it again changes nothing.',
    http: { method: 'DELETE', path: '/messages/:messageId/reactions/:emoji' },
    input: OnMessage,
    example,
    output: Changed,
    errors: ['not_found'],
  }),
  'reaction.list': query({
    summary: 'The reactions to a message with one emoji, in their order; `after` continues a long list.',
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
  'reaction.removed': conversationEvent('Somebody took a reaction back.'),
} as const

export const reactions = feature({
  nouns: ['reaction'],
  about: 'An emoji as the answer to a message, counted for each emoji.',
  operations: reactionOperations,
  events: reactionEvents,
  conversationRows: {
    reactions: z
      .array(Reaction)
      .optional()
      .describe('The single reactions that changed; their tallies stand beside them.'),
  },
})
