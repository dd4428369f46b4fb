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
      'The user read everything up to here. A change of it takes no rev: it is broadcast live, and fetched with the member list.',
    ),
    deliveredSeq: Seq.describe('A device of the user has everything up to here. A change of it takes no rev, either.'),
    joinedAt: Timestamp.nullable(),
    /** The last seq when they joined: messages up to here are history to them, and count as neither read nor unread. */
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
    summary: 'The members of a conversation and the people invited to it, by user id; `after` continues a long list.',
    http: { method: 'GET', path: '/conversations/:conversationId/memberships' },
    input: z.strictObject({ ...inConversation, after: Id.optional(), limit: Limit.default(100) }),
    example: { conversationId: exampleIds.conversation, after: exampleIds.user, limit: 100 },
    output: z.strictObject({ memberships: z.array(Membership), users: z.array(User), hasMore: z.boolean() }),
    errors: ['not_found'],
  }),
  'membership.listMany': query({
    summary:
      'The first hundred active members of each of these conversations, by user id. Leaves out conversations that you are not in.',
    http: { method: 'POST', path: '/conversations/memberships' },
    input: z.strictObject({ conversationIds: z.array(Id).min(1).max(limits.people) }),
    example: { conversationIds: [exampleIds.conversation] },
    output: z.strictObject({
      memberships: z.array(Membership),
      users: z.array(User),
      rest: z.array(Id).describe('The conversations for whose members the answer has no room: ask again with these.'),
    }),
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
      'Adds people without asking them; lifts a ban. People who left by themselves are invited instead; if the server requires contacts, so are people who are not your contacts.',
    http: { method: 'POST', path: '/conversations/:conversationId/memberships', status: 201 },
    input: z.strictObject({ ...inConversation, userIds: z.array(Id).min(1).max(limits.people) }),
    example: { conversationId: exampleIds.conversation, userIds: [exampleIds.user] },
    output: z.strictObject({ memberships: z.array(Membership) }),
    errors: ['not_found', 'forbidden', 'no_contact'],
  }),
  'membership.remove': command({
    summary: 'Removes a member of a lower role; with `ban` they cannot join again by themselves.',
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
  'membership.updated': conversationEvent('Somebody was invited, got another role, or changed their profile.'),
} as const

export const memberships = feature({
  nouns: ['membership'],
  about: 'The members of a conversation and their roles; how people join and leave.',
  operations: membershipOperations,
  events: membershipEvents,
  conversationRows: { memberships: z.array(Membership).optional() },
  accountRows: {
    memberships: z.array(Membership).describe('Own memberships in their present state, also those that ended.'),
  },
})
