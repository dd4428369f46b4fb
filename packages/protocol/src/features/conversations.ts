import { z } from 'zod'
import { command, conversationEvent, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Cursor, Id, Limit, limits, Name, Rev, Seq, ShortText, Timestamp, Topic } from '../primitives.ts'
import { sideRows } from '../side-rows.ts'
import { Membership, Role } from './memberships.ts'
import { Message } from './messages.ts'

export const ConversationKind = z.enum(['direct', 'room'])
export type ConversationKind = z.output<typeof ConversationKind>
export const Visibility = z.enum(['public', 'private'])
export type Visibility = z.output<typeof Visibility>

export const Conversation = z
  .strictObject({
    id: Id,
    kind: ConversationKind,
    visibility: Visibility,
    name: z
      .string()
      .nullable()
      .describe('Null for a direct conversation, which clients show under the name of the other person.'),
    topic: z.string().nullable(),
    context: z.string().nullable().describe('What the conversation is about in the host application, such as a job.'),
    createdBy: Id,
    createdAt: Timestamp,
    rev: Rev,
    isLater: z
      .boolean()
      .optional()
      .describe('True of a direct conversation whose two people had an earlier one, with another `context`.'),
  })
  .meta({ id: 'Conversation' })
export type Conversation = z.output<typeof Conversation>

/** A conversation as one of its members sees it in a list. */
export const ConversationSummary = z
  .strictObject({
    conversation: Conversation,
    rev: Rev.describe('The position at which this summary was read.'),
    lastSeq: Seq,
    memberships: z
      .array(Membership)
      .describe('The caller’s own membership; in a direct conversation also the other person’s.'),
    lastMessage: Message.nullable(),
    unread: z
      .int()
      .min(0)
      .max(limits.unread)
      .describe(
        'Messages after the caller’s read position, without the caller’s own and deleted ones; counted up to 100.',
      ),
    ...sideRows,
  })
  .meta({ id: 'ConversationSummary' })
export type ConversationSummary = z.output<typeof ConversationSummary>

const One = z.strictObject({ summary: ConversationSummary })
const Context = ShortText(200).min(1)

const conversationOperations = {
  'conversation.list': query({
    summary: 'Your conversations and invitations, the most recently active first; `after` continues a long list.',
    http: { method: 'GET', path: '/conversations' },
    input: z.strictObject({
      kind: ConversationKind.optional(),
      after: Cursor.optional(),
      limit: z.int().min(1).max(limits.positions).default(100),
    }),
    example: { kind: 'room', after: exampleIds.cursor, limit: 100 },
    output: z.strictObject({
      summaries: z.array(ConversationSummary),
      hasMore: z.boolean(),
      next: Cursor.optional().describe('Given as `after`, it brings the next page; left out by the last page.'),
    }),
  }),
  'conversation.discover': query({
    summary:
      'Public rooms whose name contains a text, the newest first, with how many people are in each; `after` continues a long list.',
    http: { method: 'GET', path: '/conversations/public' },
    input: z.strictObject({
      query: ShortText(limits.name).default(''),
      after: Id.optional(),
      limit: Limit.default(50),
    }),
    example: { query: 'gard', after: exampleIds.conversation, limit: 50 },
    output: z.strictObject({
      rooms: z.array(z.strictObject({ conversation: Conversation, memberCount: z.int(), joined: z.boolean() })),
      next: Id.optional().describe('Given as `after`, it brings the next page; left out by the last page.'),
    }),
  }),
  'conversation.findDirect': query({
    summary: 'The direct conversation with a person, if there is one.',
    http: { method: 'GET', path: '/conversations/direct/:userId' },
    input: z.strictObject({
      userId: Id,
      context: Context.nullable().default(null),
      earliest: z.boolean().default(false).describe('Finds the first that the two had, with any `context`.'),
    }),
    example: { userId: exampleIds.user, context: 'job-7', earliest: false },
    output: z.strictObject({ summary: ConversationSummary.nullable() }),
  }),
  'conversation.get': query({
    summary: 'One conversation that you are in or invited to.',
    http: { method: 'GET', path: '/conversations/:conversationId' },
    input: z.strictObject({ conversationId: Id }),
    example: { conversationId: exampleIds.conversation },
    output: One,
    errors: ['not_found'],
  }),
  'conversation.create': command({
    summary: 'Makes a room, with you as its owner.',
    http: { method: 'POST', path: '/conversations', status: 201 },
    input: z.strictObject({
      name: Name,
      topic: Topic.nullable().default(null),
      visibility: Visibility.default('public'),
      userIds: z
        .array(Id)
        .max(limits.people)
        .default([])
        .describe(
          'People who are members from the start. If the server requires contacts, others than your contacts are invited instead.',
        ),
    }),
    example: { name: 'Garden', topic: 'What grows', visibility: 'private', userIds: [exampleIds.user] },
    output: One,
    errors: ['not_found', 'no_contact'],
  }),
  'conversation.openDirect': command({
    summary: 'The direct conversation with a person (or with yourself): the one that exists, or a new one.',
    http: { method: 'POST', path: '/conversations/direct' },
    input: z.strictObject({ userId: Id, context: Context.nullable().default(null) }),
    example: { userId: exampleIds.user, context: 'job-7' },
    output: One,
    errors: ['not_found', 'no_contact'],
  }),
  'conversation.update': command({
    summary: 'Changes name, topic or visibility of a room.',
    http: { method: 'PATCH', path: '/conversations/:conversationId' },
    input: z.strictObject({
      conversationId: Id,
      name: Name.optional(),
      topic: Topic.nullable().optional(),
      visibility: Visibility.optional(),
    }),
    example: { conversationId: exampleIds.conversation, name: 'Garden', topic: null, visibility: 'public' },
    output: z.strictObject({ conversation: Conversation }),
    errors: ['not_found', 'forbidden'],
  }),
  'conversation.ensure': command({
    summary:
      'The room for a reference of your application: the existing one, or a new one. Adds these people. For an API key with the scope `conversations`.',
    http: { method: 'PUT', path: '/conversations' },
    httpOnly: true,
    keyOnly: true,
    input: z.strictObject({
      context: Context.describe('Your reference, such as the number of an order.'),
      name: Name.optional().describe('Of a new room. Default: the reference.'),
      topic: Topic.nullable().default(null).describe('Of a new room.'),
      visibility: Visibility.default('private').describe('Of a new room.'),
      members: z
        .array(
          z.strictObject({
            userId: Id,
            role: Role.optional().describe('Default: `member` for a new member, no change for others.'),
          }),
        )
        .min(1)
        .max(limits.people)
        .describe('The people to add. People who left by themselves or were banned are not added.'),
      onlyThese: z
        .boolean()
        .default(false)
        .describe('Removes all other members and invitations, except the bots of incoming webhooks.'),
    }),
    example: {
      context: 'order-77',
      name: 'Order 77',
      topic: 'From Lisbon',
      visibility: 'private',
      members: [{ userId: exampleIds.user, role: 'owner' }],
      onlyThese: false,
    },
    output: z.strictObject({
      conversation: Conversation,
      isNew: z.boolean().describe('Did this request make the room?'),
    }),
    errors: ['unauthenticated', 'forbidden', 'not_found', 'limit_reached'],
  }),
} as const

const conversationEvents = {
  'conversation.updated': conversationEvent('The settings of a conversation changed.'),
} as const

export const conversations = feature({
  nouns: ['conversation'],
  about: 'Rooms and direct conversations, listed with the last message and the number of unread ones.',
  operations: conversationOperations,
  events: conversationEvents,
  conversationRows: { conversation: Conversation.optional() },
  accountRows: {
    summaries: z.array(ConversationSummary).describe('Conversations that the device may not have yet.'),
  },
})
