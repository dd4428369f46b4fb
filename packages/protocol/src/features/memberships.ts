import { z } from 'zod'
import { command, conversationEvent, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Limit, limits, Rev, Seq, Timestamp } from '../primitives.ts'
import { User } from './users.ts'

export const Role = z.enum(['owner', 'admin', 'moderator', 'member'])
export type Role = z.output<typeof Role>
export const MembershipState = z.enum(['active', 'invited', 'left', 'removed', 'banned'])
export type MembershipState = z.output<typeof MembershipState>

export const Membership = z
  .strictObject({
    conversationId: Id,
    userId: Id,
    role: Role,
    state: MembershipState,
    readSeq: Seq.describe(
      'Everything up to here was read. Not part of the rev: broadcast live, fetched with the member list.',
    ),
    deliveredSeq: Seq.describe('Everything up to here has reached a device. Not part of the rev either.'),
    joinedAt: Timestamp.nullable(),
    /** The last place when they came in: what stands up to here is history to them, neither unread nor read by them. */
    joinedSeq: Seq,
    rev: Rev,
  })
  .meta({ id: 'Membership' })
export type Membership = z.output<typeof Membership>

const inConversation = { conversationId: Id }
const aboutPerson = { conversationId: Id, userId: Id }
const Changed = z.strictObject({ membership: Membership })

const membershipOperations = {
  'membership.list': query({
    summary: 'The members of a conversation and who is invited, by user id; `after` continues a long list.',
    http: { method: 'GET', path: '/conversations/:conversationId/memberships' },
    input: z.strictObject({ ...inConversation, after: Id.optional(), limit: Limit.default(100) }),
    example: { conversationId: exampleIds.conversation, after: exampleIds.user, limit: 100 },
    output: z.strictObject({ memberships: z.array(Membership), users: z.array(User), hasMore: z.boolean() }),
    errors: ['not_found'],
  }),
  'membership.join': command({
    summary: 'Joins a public room, or accepts an invitation. Joining again changes nothing.',
    http: { method: 'POST', path: '/conversations/:conversationId/join' },
    input: z.strictObject(inConversation),
    example: { conversationId: exampleIds.conversation },
    output: Changed,
    errors: ['not_found'],
  }),
  'membership.leave': command({
    summary: 'Leaves a room, or declines an invitation.',
    http: { method: 'POST', path: '/conversations/:conversationId/leave' },
    input: z.strictObject(inConversation),
    example: { conversationId: exampleIds.conversation },
    output: Changed,
    errors: ['not_found', 'last_owner'],
  }),
  'membership.invite': command({
    summary: 'Invites people; each decides by join or leave.',
    http: { method: 'POST', path: '/conversations/:conversationId/invitations', status: 201 },
    input: z.strictObject({ ...inConversation, userIds: z.array(Id).min(1).max(limits.people) }),
    example: { conversationId: exampleIds.conversation, userIds: [exampleIds.user] },
    output: z.strictObject({ memberships: z.array(Membership) }),
    errors: ['not_found', 'forbidden', 'no_contact'],
  }),
  'membership.add': command({
    summary:
      'Adds people without asking them; lifts a ban. Those who left by themselves are invited; so are those who are no contacts, where the server asks for contacts.',
    http: { method: 'POST', path: '/conversations/:conversationId/memberships', status: 201 },
    input: z.strictObject({ ...inConversation, userIds: z.array(Id).min(1).max(limits.people) }),
    example: { conversationId: exampleIds.conversation, userIds: [exampleIds.user] },
    output: z.strictObject({ memberships: z.array(Membership) }),
    errors: ['not_found', 'forbidden', 'no_contact'],
  }),
  'membership.remove': command({
    summary: 'Removes somebody of a lower role; with `ban` they cannot come back by themselves.',
    http: { method: 'DELETE', path: '/conversations/:conversationId/memberships/:userId' },
    input: z.strictObject({ ...aboutPerson, ban: z.boolean().default(false) }),
    example: { conversationId: exampleIds.conversation, userId: exampleIds.user, ban: true },
    output: Changed,
    errors: ['not_found', 'forbidden'],
  }),
  'membership.setRole': command({
    summary: 'Gives a member another role, at most your own.',
    http: { method: 'PUT', path: '/conversations/:conversationId/memberships/:userId/role' },
    input: z.strictObject({ ...aboutPerson, role: Role }),
    example: { conversationId: exampleIds.conversation, userId: exampleIds.user, role: 'moderator' },
    output: Changed,
    errors: ['not_found', 'forbidden', 'last_owner'],
  }),
} as const

const membershipEvents = {
  'membership.joined': conversationEvent('Somebody became a member.'),
  'membership.left': conversationEvent('Somebody left, was removed or was banned.'),
  'membership.updated': conversationEvent('Somebody was invited, or changed their role or their profile.'),
} as const

export const memberships = feature({
  nouns: ['membership'],
  about: 'Who is in a conversation, in which role, and how they came and went.',
  operations: membershipOperations,
  events: membershipEvents,
  conversationRows: { memberships: z.array(Membership).optional() },
  accountRows: {
    memberships: z.array(Membership).describe('Own memberships in their present state, also those that ended.'),
  },
})
