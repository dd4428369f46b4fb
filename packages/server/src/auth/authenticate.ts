import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Id, type User, userRoles } from '@parley/protocol'
import { shownName } from '@parley/protocol/features/name-rules'
import { z } from 'zod'
import { within } from '../core/limits/within.ts'
import type { Entrant } from '../features/users/user-store.ts'
import type { Store } from '../storage/store.ts'
import type { Tokens } from './tokens.ts'

/** The token and headers by which a socket or request is authenticated. */
export interface Credentials {
  /** From `Authorization: Bearer …`, or from the `auth` of a socket's handshake. */
  token: string | undefined
  headers: IncomingHttpHeaders
  /**
   * The request, or a new copy of that of a socket's handshake, for a host whose middleware stores the session in it.
   * Missing when an open socket sends a newer token.
   */
  request?: IncomingMessage
}

/** An authenticated user, with the session and its end. */
export interface Identity extends Entrant {
  /** Null for users of a host application, who have no session at Parley. */
  sessionId: string | null
  /** Milliseconds since 1970; null if the host application sets no end. */
  expiresAt: number | null
}

/** Resolves with undefined for invalid credentials; rejects if they could not be checked. */
export type Authenticate = (credentials: Credentials) => Promise<Identity | undefined>

/** A user as the host application's `authenticate` describes them. */
export interface HostUser {
  /** Letters, digits and `. _ : @ -`, at most 64; it begins with a letter or a digit and never changes. */
  id: string
  username: string
  displayName?: string
  avatarUrl?: string | null
  role?: User['role']
  /** When the host must authenticate the user again, in milliseconds since 1970; never if left out. */
  expiresAt?: number
}

/**
 * Makes a function that authenticates by Parley's own access tokens. It resolves with undefined unless the token is
 * valid, its session is open, and its user is neither deactivated nor suspended. It caches nothing: at each call with
 * a valid token it reads session and user from the database, and rejects if that fails. It reads no headers.
 */
export function byAccessToken(store: Store, tokens: Tokens): Authenticate {
  return async ({ token }) => {
    const claims = token === undefined || token.length > 4_096 ? undefined : await tokens.verify(token)
    if (!claims) return undefined
    const session = await store.sessions.byId(claims.sessionId)
    if (!session || session.revoked_at !== null || session.expires_at <= Date.now()) return undefined
    const entrant = await store.users.entrant(session.user_id)
    return entrant && { ...entrant, sessionId: session.id, expiresAt: claims.expiresAt }
  }
}

/**
 * Makes a function that authenticates by the `host` application's function, and stores the user as that describes them
 * (`keepUser`). The identity has no session. It resolves with undefined, without storing, for null and for an
 * `expiresAt` in the past, and with undefined for a user whom `keepUser` does not admit. It rejects if `host` or
 * `keepUser` fails, or if `host` takes longer than `waitMs` or gives an invalid user.
 */
export function byHost(
  keepUser: (given: HostUser) => Promise<Entrant | undefined>,
  host: (credentials: Credentials) => Promise<HostUser | null> | HostUser | null,
  waitMs: number,
): Authenticate {
  return async (credentials) => {
    const answer = await within(waitMs, 'authenticate()', async () => host(credentials))
    if (!answer) return undefined
    const given = readHostUser(
      answer,
      (problem) => new Error(`authenticate() gave a user that cannot be taken: ${problem}`),
    )
    if (given.expiresAt !== undefined && given.expiresAt <= Date.now()) return undefined
    const entrant = await keepUser(given)
    return entrant && { ...entrant, sessionId: null, expiresAt: given.expiresAt ?? null }
  }
}

/** PostgreSQL cannot store NUL, and replaces half of a surrogate pair by another character. */
const StorableText = z
  .string()
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be well-formed Unicode without NUL')

const GivenUser = z.object({
  id: Id,
  username: StorableText,
  displayName: StorableText.nullish().transform((name) => name ?? undefined),
  avatarUrl: StorableText.nullish(),
  role: z.enum(userRoles).optional(),
  expiresAt: z
    .number()
    .nullish()
    .transform((time) => time ?? undefined),
})

/**
 * Validates a user that a host application gives, and returns a copy with cleaned and shortened names. A user name
 * without a visible character becomes the id, such a display name becomes undefined, and unknown fields are left out.
 * For an invalid user it throws the error that `complain` makes. Stores nothing.
 */
export function readHostUser(given: unknown, complain: (problem: string) => Error): HostUser {
  const parsed = GivenUser.safeParse(given)
  if (parsed.success) {
    const { id, username, displayName } = parsed.data
    const shown = displayName === undefined ? '' : shownName(displayName)
    return { ...parsed.data, username: shownName(username) || id, displayName: shown || undefined }
  }
  const [issue] = parsed.error.issues
  throw complain(`${issue?.path.join('.')}: ${issue?.message}`)
}
