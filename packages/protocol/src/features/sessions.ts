import { z } from 'zod'
import { command, ephemeral, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Cursor, Id, Limit, ShortText, Timestamp, TypedPassword, TypedUsername } from '../primitives.ts'
import { Registration, User } from './users.ts'

export const Session = z
  .strictObject({
    id: Id,
    userAgent: z.string().describe('The browser or program that signed in, as it named itself.'),
    createdAt: Timestamp,
    lastUsedAt: Timestamp,
    expiresAt: Timestamp,
    current: z.boolean().describe('Is it the session of this request?'),
  })
  .meta({ id: 'Session' })
export type Session = z.output<typeof Session>

/** The answer to a sign-in: the user, and the tokens of the new session. */
export const SignedIn = z
  .strictObject({
    user: User,
    sessionId: Id,
    accessToken: z.string().describe('Sent with each request; valid for at most 15 minutes.'),
    expiresAt: Timestamp.describe('When the access token ends.'),
    refreshToken: z
      .string()
      .describe(
        'Exchanged by `session.refresh` for new tokens. Sent again, it gives the same next one until that one is used.',
      ),
    deviceToken: z
      .string()
      .optional()
      .describe(
        'Only after signing in or registering. The device keeps it, also after signing out, and sends it at the next sign-in.',
      ),
  })
  .meta({ id: 'SignedIn' })
export type SignedIn = z.output<typeof SignedIn>

const RefreshToken = ShortText(200).min(1)

const sessionOperations = {
  'user.register': command({
    summary: 'Makes an account and signs it in. The first account of a server is its administrator.',
    http: { method: 'POST', path: '/users', status: 201 },
    holdsSecrets: true,
    httpOnly: true,
    input: Registration,
    example: { username: 'ana', password: 'correct horse', displayName: 'Ana' },
    output: SignedIn,
    errors: ['username_taken', 'registration_closed'],
  }),
  'session.create': command({
    summary: 'Signs in.',
    http: { method: 'POST', path: '/sessions', status: 201 },
    holdsSecrets: true,
    httpOnly: true,
    input: z.strictObject({
      username: TypedUsername,
      password: TypedPassword,
      deviceToken: ShortText(200)
        .optional()
        .describe(
          'From an earlier sign-in on this device. With it, the user can sign in while others try to guess the password.',
        ),
    }),
    example: { username: 'ana', password: 'correct horse', deviceToken: 'a-device.a-seal' },
    output: SignedIn,
    errors: ['bad_credentials', 'suspended'],
  }),
  'session.refresh': command({
    summary:
      'Exchanges a refresh token for new tokens. A token older than the previous one ends the session, because somebody copied it.',
    http: { method: 'POST', path: '/sessions/refresh' },
    holdsSecrets: true,
    httpOnly: true,
    input: z.strictObject({ refreshToken: RefreshToken }),
    example: { refreshToken: 'opaque' },
    output: SignedIn,
    errors: ['unauthenticated'],
  }),
  'session.renew': command({
    summary: 'Gives an open socket a newer access token, so that it stays open when the earlier one expires.',
    http: { method: 'POST', path: '/sessions/renew' },
    holdsSecrets: true,
    input: z.strictObject({ accessToken: ShortText(4_096).min(1) }),
    example: { accessToken: 'a.b.c' },
    output: z.strictObject({ expiresAt: Timestamp }),
  }),
  'session.list': query({
    summary: 'Your open sessions, the most recently used first; `after` continues a long list.',
    http: { method: 'GET', path: '/sessions' },
    input: z.strictObject({ after: Cursor.optional(), limit: Limit.default(100) }),
    example: { after: exampleIds.cursor, limit: 100 },
    output: z.strictObject({
      sessions: z.array(Session),
      next: Cursor.optional().describe('Given as `after`, it brings the next page; left out by the last page.'),
    }),
  }),
  'session.end': command({
    summary: 'Signs out: ends the session of this request.',
    http: { method: 'DELETE', path: '/sessions/current' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({}),
  }),
  'session.revoke': command({
    summary: 'Ends one of your sessions and closes its sockets.',
    http: { method: 'DELETE', path: '/sessions/:sessionId' },
    input: z.strictObject({ sessionId: Id }),
    example: { sessionId: exampleIds.session },
    output: z.strictObject({}),
    errors: ['not_found'],
  }),
} as const

const sessionEvents = {
  'session.expiring': ephemeral(
    'The access token of this socket expires soon: send `session.renew`.',
    z.strictObject({ expiresAt: Timestamp }),
  ),
  'session.ended': ephemeral(
    'This socket is closed, because its token expired or its session was revoked.',
    z.strictObject({ reason: z.enum(['expired', 'revoked']) }),
  ),
} as const

export const sessions = feature({
  nouns: ['session'],
  about: 'Who is signed in, on which device, and until when.',
  operations: sessionOperations,
  events: sessionEvents,
})
