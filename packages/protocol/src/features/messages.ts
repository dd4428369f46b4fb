import { z } from 'zod'
import { command, conversationEvent, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Limit, limits, MessageId, Rev, Seq, Timestamp } from '../primitives.ts'
import { sideRows } from '../side-rows.ts'
import { Body } from './body/body.ts'
import { sendableTypes } from './message-rules.ts'
import { User } from './users.ts'

/** Types that clients can send: only the server sends `system` messages. */
const SendableType = z.enum(sendableTypes)
export const MessageType = z.enum([...SendableType.options, 'system'])
export type MessageType = z.output<typeof MessageType>

export const Message = z
  .strictObject({
    id: Id,
    conversationId: Id,
    seq: Seq,
    rev: Rev,
    senderId: Id,
    type: MessageType,
    body: Body.nullable().describe('Null once the message is deleted.'),
    createdAt: Timestamp,
    editedAt: Timestamp.nullable(),
    deletedAt: Timestamp.nullable(),
  })
  .meta({ id: 'Message' })
export type Message = z.output<typeof Message>

const One = z.strictObject({ message: Message })

const { users: _, ...sideRowsOfOne } = sideRows

const exampleBody = { kind: 'plain', text: 'Good morning' } as const

const messageOperations = {
  'message.send': command({
    summary:
      'Sends a message. The same id again is answered with the first result and stores nothing. If the body has other parts than its text, they determine the type.',
    http: { method: 'POST', path: '/conversations/:conversationId/messages', status: 201 },
    input: z.strictObject({
      conversationId: Id,
      id: MessageId,
      type: SendableType.default('text'),
      body: Body,
    }),
    example: { conversationId: exampleIds.conversation, id: exampleIds.message, type: 'text', body: exampleBody },
    output: One,
    errors: ['not_found', 'forbidden', 'no_contact', 'message_id_conflict', 'offer_closed', 'limit_reached'],
  }),
  'message.edit': command({
    summary:
      'Replaces the body of your own message. Parts other than the text that the new body leaves out stay as they are.',
    http: { method: 'PATCH', path: '/messages/:messageId' },
    input: z.strictObject({ messageId: Id, body: Body }),
    example: { messageId: exampleIds.message, body: exampleBody },
    output: One,
    errors: ['not_found', 'forbidden', 'no_contact'],
  }),
  'message.delete': command({
    summary: 'Deletes your own message, or as a moderator also those of others. Its place stays, its body is deleted.',
    http: { method: 'DELETE', path: '/messages/:messageId' },
    input: z.strictObject({ messageId: Id }),
    example: { messageId: exampleIds.message },
    output: One,
    errors: ['not_found', 'forbidden'],
  }),
  'message.get': query({
    summary: 'One message.',
    http: { method: 'GET', path: '/messages/:messageId' },
    input: z.strictObject({ messageId: Id }),
    example: { messageId: exampleIds.message },
    output: z.strictObject({ message: Message, sender: User, ...sideRowsOfOne }),
    errors: ['not_found'],
  }),
  'message.latest': query({
    summary:
      'The latest message of each of these conversations that is not deleted, among the last thousand. Leaves out conversations that you are not in.',
    http: { method: 'POST', path: '/conversations/messages/latest' },
    input: z.strictObject({ conversationIds: z.array(Id).min(1).max(limits.people) }),
    example: { conversationIds: [exampleIds.conversation] },
    output: z.strictObject({
      messages: z.array(Message),
      ...sideRows,
      rest: z.array(Id).describe('The conversations for whose messages the answer has no room: ask again with these.'),
    }),
  }),
  'message.page': query({
    summary:
      'A page of history in ascending order: the latest, or before, after or around a place. One of very long messages has fewer than `limit`; `hasBefore` and `hasAfter` say whether others exist.',
    http: { method: 'GET', path: '/conversations/:conversationId/messages' },
    input: z
      .strictObject({
        conversationId: Id,
        before: Seq.optional(),
        after: Seq.optional(),
        around: Seq.optional(),
        limit: Limit.default(50),
      })
      .refine(
        ({ before, after, around }) => [before, after, around].filter((place) => place !== undefined).length <= 1,
        'at most one of before, after and around',
      ),
    example: { conversationId: exampleIds.conversation, before: 7, after: undefined, around: undefined, limit: 50 },
    output: z.strictObject({
      messages: z.array(Message),
      ...sideRows,
      hasBefore: z.boolean(),
      hasAfter: z.boolean(),
    }),
    errors: ['not_found'],
  }),
} as const

const messageEvents = {
  'message.created': conversationEvent('A new message.'),
  'message.updated': conversationEvent('A message was edited.'),
  'message.deleted': conversationEvent('A message was deleted.'),
} as const

export const messages = feature({
  nouns: ['message'],
  about: 'The messages of a conversation. The sender makes the id, the conversation assigns the place (`seq`).',
  operations: messageOperations,
  events: messageEvents,
  conversationRows: { messages: z.array(Message).optional() },
})
