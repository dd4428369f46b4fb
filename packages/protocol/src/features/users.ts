import { z } from 'zod'
import { command, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, ImageUrl, Limit, limits, Name, Password, ShortText, TypedPassword, Username } from '../primitives.ts'

export const UserRole = z.enum(['admin', 'user', 'bot', 'guest'])
export type UserRole = z.output<typeof UserRole>
export const userRoles = UserRole.options

export const User = z
  .strictObject({
    id: Id,
    username: z.string(),
    displayName: z.string(),
    avatarUrl: z.string().nullable(),
    role: UserRole,
  })
  .meta({ id: 'User' })
export type User = z.output<typeof User>

/** How an application describes one of its users. */
const GivenUser = z.strictObject({
  userId: Id,
  username: Name,
  displayName: Name.optional().describe('The user name, if it is left out.'),
  avatarUrl: ImageUrl.nullable().optional(),
  role: UserRole.default('user'),
})

/** What a backend does with one user. */
const ofBackends = {
  httpOnly: true,
  keyOnly: true,
  input: z.strictObject({ userId: Id }),
  example: { userId: exampleIds.user },
  errors: ['unauthenticated', 'forbidden', 'not_found'],
} as const

const userOperations = {
  'user.me': query({
    summary: 'The signed-in user.',
    http: { method: 'GET', path: '/users/me' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({ user: User }),
  }),
  'user.search': query({
    summary:
      'People whose user name or display name contains a text, by user name, to talk to or to invite; `after` continues a long list.',
    http: { method: 'GET', path: '/users' },
    input: z.strictObject({
      query: ShortText(limits.name).default(''),
      after: Id.optional(),
      limit: Limit.default(20),
    }),
    example: { query: 'an', after: exampleIds.user, limit: 20 },
    output: z.strictObject({
      users: z.array(User),
      next: Id.optional().describe('Given as `after`, it brings the next page; left out by the last page.'),
    }),
  }),
  'user.get': query({
    summary: 'One user.',
    http: { method: 'GET', path: '/users/:userId' },
    input: z.strictObject({ userId: Id }),
    example: { userId: exampleIds.user },
    output: z.strictObject({ user: User }),
    errors: ['not_found'],
  }),
  'user.update': command({
    summary: 'Changes your own display name or picture; members of your conversations see it at once.',
    http: { method: 'PATCH', path: '/users/me' },
    input: z.strictObject({ displayName: Name.optional(), avatarUrl: ImageUrl.nullable().optional() }),
    example: { displayName: 'Ana María', avatarUrl: '/blobs/ana.webp' },
    output: z.strictObject({ user: User }),
  }),
  'user.changePassword': command({
    summary: 'Changes your password and ends all your other sessions.',
    http: { method: 'PUT', path: '/users/me/password' },
    holdsSecrets: true,
    input: z.strictObject({ currentPassword: TypedPassword, newPassword: Password }),
    example: { currentPassword: 'correct horse', newPassword: 'battery staple' },
    output: z.strictObject({}),
    errors: ['bad_credentials'],
  }),
  'user.upsert': command({
    summary:
      'Makes a user, or describes them anew, for an application that has the users. For an API key with the scope `users`.',
    http: { method: 'PUT', path: '/users/:userId' },
    httpOnly: true,
    keyOnly: true,
    input: GivenUser,
    example: { userId: 'ana', username: 'ana', displayName: 'Ana María', avatarUrl: '/blobs/ana.webp', role: 'user' },
    output: z.strictObject({ user: User }),
    errors: ['unauthenticated', 'forbidden'],
  }),
  'user.upsertMany': command({
    summary:
      'The same for several users: where one of them would be refused, none is changed. For an API key with the scope `users`.',
    http: { method: 'PUT', path: '/users' },
    httpOnly: true,
    keyOnly: true,
    input: z.strictObject({ users: z.array(GivenUser).min(1).max(limits.people) }),
    example: { users: [{ userId: 'bo', username: 'bo' }] },
    output: z.strictObject({ users: z.array(User) }),
    errors: ['unauthenticated', 'forbidden'],
  }),
  'user.deactivate': command({
    summary:
      'Ends all sessions and sockets of a user and lets them in no more. What they said stays. For an API key with the scope `users`.',
    http: { method: 'POST', path: '/users/:userId/deactivate' },
    ...ofBackends,
    output: z.strictObject({}),
  }),
  'user.restore': command({
    summary: 'Lets a user in again who was deactivated; so does `user.upsert`. For an API key with the scope `users`.',
    http: { method: 'POST', path: '/users/:userId/restore' },
    ...ofBackends,
    output: z.strictObject({ user: User }),
  }),
  'user.erase': command({
    summary:
      'Removes for good everything of a user, who is let in no more from this moment. It goes on after the answer: asked again, this says whether anything is left. For an API key with the scope `erase`.',
    http: { method: 'DELETE', path: '/users/:userId' },
    ...ofBackends,
    output: z.strictObject({ isDone: z.boolean().describe('Is nothing left of the user?') }),
  }),
} as const

/** What `user.register` takes; it stands with the sessions, because it opens one. */
export const Registration = z.strictObject({
  username: Username,
  password: Password,
  displayName: Name.optional(),
})

/** The people whom other rows speak of. */
export const userSideRows = { users: z.array(User).describe('The people these rows speak of.') }

export const users = feature({
  nouns: ['user'],
  about: 'People: their names, pictures and passwords.',
  operations: userOperations,
  accountRows: {
    user: User.optional().describe('The user’s own profile, when it changed.'),
    users: z.array(User).optional().describe('The people of whom other rows of the account speak.'),
  },
})
