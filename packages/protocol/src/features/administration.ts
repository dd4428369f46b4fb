import { z } from 'zod'
import { command, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, limits, MessageId, Password, PersonCursor, ShortText, Timestamp } from '../primitives.ts'
import { Conversation } from './conversations.ts'
import { User } from './users.ts'

/** Entries of a page, length of a reason, hours that a password link is valid, and the greatest `memberCount`. */
export const administrationLimits = { page: 50, reason: 500, passwordLinkHours: 24, members: 1_000 }

const PersonState = z.enum(['active', 'suspended', 'deactivated'])
export type PersonState = z.output<typeof PersonState>

export const AdministeredPerson = z
  .strictObject({
    user: User,
    state: PersonState.describe('`deactivated` by the host application, `suspended` by an administrator.'),
    suspendedAt: Timestamp.nullable(),
    createdAt: Timestamp,
    lastSeenAt: Timestamp.nullable(),
    hasPassword: z.boolean().describe('Can the person sign in with a password of this server?'),
  })
  .meta({ id: 'AdministeredPerson' })
export type AdministeredPerson = z.output<typeof AdministeredPerson>

export const AdministeredRoom = z
  .strictObject({
    conversation: Conversation,
    memberCount: z.int().describe(`Active members, counted up to ${administrationLimits.members}.`),
    messageCount: z.int().describe('How many messages were sent, deleted ones included.'),
  })
  .meta({ id: 'AdministeredRoom' })
export type AdministeredRoom = z.output<typeof AdministeredRoom>

export const AdministrationAct = z
  .strictObject({
    number: z.int().describe('The number of the act in the log, 1..n.'),
    act: z.enum(['suspend', 'restore', 'endSessions', 'createPasswordLink', 'removeMessage', 'removeRoom']),
    actorId: Id.describe('The administrator who did it.'),
    userId: Id.nullable().describe('The person whom the act concerns, or the sender of the message.'),
    conversationId: Id.nullable(),
    messageId: MessageId.nullable(),
    roomName: z.string().nullable().describe('The name of the room, if the act concerns one.'),
    reason: z.string(),
    at: Timestamp,
  })
  .meta({ id: 'AdministrationAct' })
export type AdministrationAct = z.output<typeof AdministrationAct>

const Reason = ShortText(administrationLimits.reason)
  .default('')
  .describe('Stored in the log, and shown only to administrators.')
const OfPerson = z.strictObject({ userId: Id, reason: Reason })
const ofPerson = { userId: exampleIds.user, reason: 'Spam in several rooms.' }
const OnePerson = z.strictObject({ person: AdministeredPerson })
const PageSize = z.int().min(1).max(administrationLimits.page).default(administrationLimits.page)
const Query = ShortText(limits.name).default('')

const onPeople = {
  'administration.suspend': command({
    summary:
      'Suspends a person: their sessions, sockets and keys end at once on every node, and the server refuses every sign-in to their account. Their messages stay. You cannot suspend yourself. For administrators.',
    http: { method: 'POST', path: '/administration/people/:userId/suspend' },
    input: OfPerson,
    example: ofPerson,
    output: OnePerson,
    errors: ['forbidden', 'not_found'],
  }),
  'administration.restore': command({
    summary: 'Lifts a suspension: the person can sign in again. Sessions and keys stay ended. For administrators.',
    http: { method: 'POST', path: '/administration/people/:userId/restore' },
    input: OfPerson,
    example: ofPerson,
    output: OnePerson,
    errors: ['forbidden', 'not_found'],
  }),
  'administration.endSessions': command({
    summary: 'Ends all sessions, sockets and keys of a person on every node. For administrators.',
    http: { method: 'POST', path: '/administration/people/:userId/end-sessions' },
    input: OfPerson,
    example: ofPerson,
    output: z.strictObject({}),
    errors: ['forbidden', 'not_found'],
  }),
  'administration.createPasswordLink': command({
    summary: `Makes a token with which a person can set a new password once, within ${administrationLimits.passwordLinkHours} hours; an earlier token of the same person ends. For administrators.`,
    http: { method: 'POST', path: '/administration/people/:userId/password-link', status: 201 },
    holdsSecrets: true,
    input: OfPerson,
    example: ofPerson,
    output: z.strictObject({
      token: z
        .string()
        .describe('Returned only here; the server stores its hash. The web app accepts it at `/#password=TOKEN`.'),
      expiresAt: Timestamp,
    }),
    errors: ['forbidden', 'not_found'],
  }),
  'administration.listPeople': query({
    summary: 'People by user name, with their state; `after` continues a long list. For administrators.',
    http: { method: 'GET', path: '/administration/people' },
    input: z.strictObject({
      query: Query,
      state: PersonState.optional(),
      after: PersonCursor.optional(),
      limit: PageSize,
    }),
    example: { query: 'an', state: 'active', after: exampleIds.user, limit: 20 },
    output: z.strictObject({
      people: z.array(AdministeredPerson),
      hasMore: z.boolean(),
      next: PersonCursor.optional().describe('Given as `after`, it brings the next page; left out by the last page.'),
    }),
    errors: ['forbidden'],
  }),
} as const

const onConversations = {
  'administration.removeMessage': command({
    summary: 'Deletes a message in any conversation, like a moderator of it. For administrators.',
    http: { method: 'POST', path: '/administration/messages/:messageId/remove' },
    input: z.strictObject({ messageId: MessageId, reason: Reason }),
    example: { messageId: exampleIds.message, reason: 'Somebody else’s address.' },
    output: z.strictObject({}),
    errors: ['forbidden', 'not_found'],
  }),
  'administration.removeRoom': command({
    summary:
      'Removes a room: all its members are removed, nobody can open it any more, and its messages and files are deleted. For administrators.',
    http: { method: 'POST', path: '/administration/rooms/:conversationId/remove' },
    input: z.strictObject({ conversationId: Id, reason: Reason }),
    example: { conversationId: exampleIds.conversation, reason: 'A room for spam.' },
    output: z.strictObject({}),
    errors: ['forbidden', 'not_found'],
  }),
  'administration.listRooms': query({
    summary: 'Rooms, the newest first; `after` is the id of the last room of a page. For administrators.',
    http: { method: 'GET', path: '/administration/rooms' },
    input: z.strictObject({ query: Query, after: Id.optional(), limit: PageSize }),
    example: { query: 'kit', after: exampleIds.conversation, limit: 20 },
    output: z.strictObject({ rooms: z.array(AdministeredRoom), hasMore: z.boolean() }),
    errors: ['forbidden'],
  }),
  'administration.listActs': query({
    summary:
      'The acts of administrators, the latest first; `before` is the number of the last act of a page. For administrators.',
    http: { method: 'GET', path: '/administration/acts' },
    input: z.strictObject({ before: z.int().min(1).optional(), limit: PageSize }),
    example: { before: 100, limit: 20 },
    output: z.strictObject({ acts: z.array(AdministrationAct), users: z.array(User), hasMore: z.boolean() }),
    errors: ['forbidden'],
  }),
} as const

const administrationOperations = {
  ...onPeople,
  ...onConversations,
  'passwordLink.use': command({
    summary: 'Sets a new password with a token that an administrator made. Ends all sessions, and opens none.',
    http: { method: 'POST', path: '/password-links/use' },
    holdsSecrets: true,
    httpOnly: true,
    input: z.strictObject({ token: ShortText(200).min(1), newPassword: Password }),
    example: { token: 'opaque', newPassword: 'battery staple' },
    output: z.strictObject({ username: z.string().describe('The user name for the next sign-in.') }),
    errors: ['not_found'],
  }),
} as const

export const administration = feature({
  nouns: ['administration', 'passwordLink'],
  about: 'For the administrators of a server: people, messages, rooms, and the log of their acts.',
  operations: administrationOperations,
})
