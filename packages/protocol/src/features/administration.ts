import { z } from 'zod'
import { command, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, limits, MessageId, Password, ShortText, Timestamp } from '../primitives.ts'
import { Conversation } from './conversations.ts'
import { User } from './users.ts'

/** The bounds of a page, of a reason, of a link for a new password, and of how far the members of a room are counted. */
export const administrationLimits = { page: 50, reason: 500, passwordLinkHours: 24, members: 1_000 }

const PersonState = z.enum(['active', 'suspended', 'deactivated'])
export type PersonState = z.output<typeof PersonState>

export const AdministeredPerson = z
  .strictObject({
    user: User,
    state: PersonState.describe('`deactivated` is what the host application did; `suspended` an administrator.'),
    suspendedAt: Timestamp.nullable(),
    createdAt: Timestamp,
    lastSeenAt: Timestamp.nullable(),
    hasPassword: z.boolean().describe('Does the person sign in here by a password?'),
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
    number: z.int().describe('The place of the act in the log, 1..n.'),
    act: z.enum(['suspend', 'restore', 'endSessions', 'createPasswordLink', 'removeMessage', 'removeRoom']),
    actorId: Id.describe('The administrator who did it.'),
    userId: Id.nullable().describe('The person it was done to, or who had sent the message.'),
    conversationId: Id.nullable(),
    messageId: MessageId.nullable(),
    roomName: z.string().nullable().describe('The name of the room, where the act is about one.'),
    reason: z.string(),
    at: Timestamp,
  })
  .meta({ id: 'AdministrationAct' })
export type AdministrationAct = z.output<typeof AdministrationAct>

const Reason = ShortText(administrationLimits.reason)
  .default('')
  .describe('Kept in the log, and shown to administrators alone.')
const OfPerson = z.strictObject({ userId: Id, reason: Reason })
const ofPerson = { userId: exampleIds.user, reason: 'Spam in several rooms.' }
const OnePerson = z.strictObject({ person: AdministeredPerson })
const PageSize = z.int().min(1).max(administrationLimits.page).default(administrationLimits.page)
const Query = ShortText(limits.name).default('')

const onPeople = {
  'administration.suspend': command({
    summary:
      'Suspends a person: their sessions, sockets and keys end at once on every node, and nobody is let in as them. Their messages stay. You cannot suspend yourself. For administrators.',
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
    summary: `Makes a token by which a person sets a new password once, within ${administrationLimits.passwordLinkHours} hours; an earlier one of the same person ends. For administrators.`,
    http: { method: 'POST', path: '/administration/people/:userId/password-link', status: 201 },
    holdsSecrets: true,
    input: OfPerson,
    example: ofPerson,
    output: z.strictObject({
      token: z.string().describe('Given once and stored as a hash. The web app takes it at `/#password=TOKEN`.'),
      expiresAt: Timestamp,
    }),
    errors: ['forbidden', 'not_found'],
  }),
  'administration.listPeople': query({
    summary: 'People by user name, with their state; `after` is the id of the last one of a page. For administrators.',
    http: { method: 'GET', path: '/administration/people' },
    input: z.strictObject({ query: Query, state: PersonState.optional(), after: Id.optional(), limit: PageSize }),
    example: { query: 'an', state: 'active', after: exampleIds.user, limit: 20 },
    output: z.strictObject({ people: z.array(AdministeredPerson), hasMore: z.boolean() }),
    errors: ['forbidden'],
  }),
} as const

const onConversations = {
  'administration.removeMessage': command({
    summary: 'Deletes a message in any conversation, as its moderators could. For administrators.',
    http: { method: 'POST', path: '/administration/messages/:messageId/remove' },
    input: z.strictObject({ messageId: MessageId, reason: Reason }),
    example: { messageId: exampleIds.message, reason: 'Somebody else’s address.' },
    output: z.strictObject({}),
    errors: ['forbidden', 'not_found'],
  }),
  'administration.removeRoom': command({
    summary:
      'Removes a room: nobody reaches it any more, its members lose it as if they had been removed, and its messages and files are deleted. For administrators.',
    http: { method: 'POST', path: '/administration/rooms/:conversationId/remove' },
    input: z.strictObject({ conversationId: Id, reason: Reason }),
    example: { conversationId: exampleIds.conversation, reason: 'A room for spam.' },
    output: z.strictObject({}),
    errors: ['forbidden', 'not_found'],
  }),
  'administration.listRooms': query({
    summary: 'Rooms, the latest made first; `after` is the id of the last one of a page. For administrators.',
    http: { method: 'GET', path: '/administration/rooms' },
    input: z.strictObject({ query: Query, after: Id.optional(), limit: PageSize }),
    example: { query: 'kit', after: exampleIds.conversation, limit: 20 },
    output: z.strictObject({ rooms: z.array(AdministeredRoom), hasMore: z.boolean() }),
    errors: ['forbidden'],
  }),
  'administration.listActs': query({
    summary:
      'What administrators did, the latest first; `before` is the number of the last act of a page. For administrators.',
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
    summary: 'Sets a new password by a token that an administrator made. It ends all sessions, and signs nobody in.',
    http: { method: 'POST', path: '/password-links/use' },
    holdsSecrets: true,
    httpOnly: true,
    input: z.strictObject({ token: ShortText(200).min(1), newPassword: Password }),
    example: { token: 'opaque', newPassword: 'battery staple' },
    output: z.strictObject({ username: z.string().describe('By which the person signs in.') }),
    errors: ['not_found'],
  }),
} as const

export const administration = feature({
  nouns: ['administration', 'passwordLink'],
  about: 'What the administrators of a server do: people, messages, rooms, and the log of all of it.',
  operations: administrationOperations,
})
