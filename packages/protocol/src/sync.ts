import { z } from 'zod'
import { Conversation, ConversationSummary } from './conversations.ts'
import { durable, ephemeral, query } from './define.ts'
import { Membership } from './memberships.ts'
import { Message } from './messages.ts'
import { Id, limits, Rev, ShortText } from './primitives.ts'
import { User } from './users.ts'

/**
 * Rows of one conversation that changed, each in its present state. A live event brings one rev; a sync answer brings
 * everything since a position. Both are applied alike: upsert by id, the newer rev wins.
 */
export const ConversationChange = z
  .strictObject({
    conversationId: Id,
    rev: Rev.describe('The position after this change.'),
    conversation: Conversation.optional(),
    messages: z.array(Message).optional(),
    memberships: z.array(Membership).optional(),
    users: z.array(User).optional().describe('The people these rows speak of.'),
  })
  .meta({ id: 'ConversationChange' })

/** What changed for one user alone: own memberships with their read positions, and the conversations they came into. */
export const AccountChange = z
  .strictObject({
    rev: Rev,
    user: User.optional().describe('The user’s own profile, when it changed.'),
    memberships: z.array(Membership).describe('Own memberships in their present state, also those that ended.'),
    summaries: z.array(ConversationSummary).describe('The conversations that a device may not hold yet.'),
  })
  .meta({ id: 'AccountChange' })

export const syncOperations = {
  'sync.run': query({
    summary:
      'What changed since the positions a device holds, read in one snapshot. An answer is bounded (about 1 MiB); while `hasMore` is true, ask again from the positions reached.',
    http: { method: 'POST', path: '/sync' },
    input: z.strictObject({
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
    }),
    output: z.strictObject({
      epoch: z.string(),
      reset: z
        .boolean()
        .describe(
          'True if the device must drop all that it holds: `account` then brings its conversations, from the first one on.',
        ),
      account: AccountChange,
      changes: z.array(ConversationChange),
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
} as const

export const syncEvents = {
  'conversation.updated': durable('The settings of a conversation changed.', ConversationChange),
  'membership.joined': durable('Somebody became a member.', ConversationChange),
  'membership.left': durable('Somebody left, was removed or was banned.', ConversationChange),
  'membership.updated': durable('Somebody was invited, or changed their role or their profile.', ConversationChange),
  'message.created': durable('A new message.', ConversationChange),
  'message.updated': durable('A message was edited.', ConversationChange),
  'message.deleted': durable('A message was deleted.', ConversationChange),
  'account.updated': durable('Something changed that concerns one user alone, on all their devices.', AccountChange),
  'sync.hinted': ephemeral('This device may have missed something: sync now.', z.strictObject({})),
} as const
