import { z } from 'zod'
import { command, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import {
  Id,
  ImageUrl,
  Limit,
  limits,
  Name,
  Password,
  PersonCursor,
  ShortText,
  TypedPassword,
  Username,
} from '../primitives.ts'

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

/** A user as a host application describes them. */
const GivenUser = z.strictObject({
  userId: Id,
  username: Name,
  displayName: Name.optional().describe('Default: the user name.'),
  avatarUrl: ImageUrl.nullable().optional(),
  role: UserRole.default('user'),
})

/** The fields that operations of a backend on one user share. */
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
      'People whose user name or display name contains a text, by user name, to write to or to invite; `after` continues a long list.',
    http: { method: 'GET', path: '/users' },
    input: z.strictObject({
      query: ShortText(limits.name).default(''),
      after: PersonCursor.optional(),
      limit: Limit.default(20),
    }),
    example: { query: 'an', after: exampleIds.user, limit: 20 },
    output: z.strictObject({
      users: z.array(User),
      next: PersonCursor.optional().describe('Given as `after`, it brings the next page; left out by the last page.'),
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
      'Makes a user, or updates an existing one, for an application that manages the users. For an API key with the scope `users`.',
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
      'The same for several users: if one of them is refused, none is changed. For an API key with the scope `users`.',
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
      'Ends all sessions and sockets of a user, and refuses every later sign-in. Their messages stay. For an API key with the scope `users`.',
    http: { method: 'POST', path: '/users/:userId/deactivate' },
    ...ofBackends,
    output: z.strictObject({}),
  }),
  'user.restore': command({
    summary: 'Lets a deactivated user sign in again; so does `user.upsert`. For an API key with the scope `users`.',
    http: { method: 'POST', path: '/users/:userId/restore' },
    ...ofBackends,
    output: z.strictObject({ user: User }),
  }),
  'user.erase': command({
    summary:
      'Deletes all data of a user permanently, and refuses every sign-in from now on. The deletion continues after the answer; send it again to see whether it is done. For an API key with the scope `erase`.',
    http: { method: 'DELETE', path: '/users/:userId' },
    ...ofBackends,
    output: z.strictObject({ isDone: z.boolean().describe('Is everything deleted?') }),
  }),
} as const

/** The input of `user.register`, which is defined in `sessions.ts`, because it opens a session. */
export const Registration = z.strictObject({
  username: Username,
  password: Password,
  displayName: Name.optional(),
})

/** The users to whom the other rows of a page, summary or change refer. */
export const userSideRows = { users: z.array(User).describe('The users to whom these rows refer.') }

export const users = feature({
  nouns: ['user'],
  about: 'People: their names, pictures and passwords.',
  operations: userOperations,
  accountRows: {
    user: User.optional().describe('The user’s own profile, if it changed.'),
    users: z.array(User).optional().describe('The users to whom the other rows of the account refer.'),
  },
})
