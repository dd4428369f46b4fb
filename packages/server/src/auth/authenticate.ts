import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Id, type User, userRoles } from '@parley/protocol'
import { shownName } from '@parley/protocol/features/name-rules'
import { z } from 'zod'
import { within } from '../core/limits/within.ts'
import type { Entrant } from '../features/users/user-store.ts'
import type { Store } from '../storage/store.ts'
import type { Tokens } from './tokens.ts'

/** What a connection or a request shows to prove who it is. */
export interface Credentials {
  /** From `Authorization: Bearer …`, or from the `auth` of a socket's handshake. */
  token: string | undefined
  headers: IncomingHttpHeaders
  /**
   * The request itself, or that of a socket's handshake, for a host whose middleware finds its session there. There is none
   * where a newer token comes over an open socket.
   */
  request?: IncomingMessage
}

/** Who somebody is, until when, and in which session. */
export interface Identity extends Entrant {
  sessionId: string | null
  /** Milliseconds since 1970; null if the host application sets no end. */
  expiresAt: number | null
}

export type Authenticate = (credentials: Credentials) => Promise<Identity | undefined>

/** The user whom a host application vouches for. */
export interface HostUser {
  /** Letters, digits and `. _ : @ -`, at most 64; it begins with a letter or a digit and never changes. */
  id: string
  username: string
  displayName?: string
  avatarUrl?: string | null
  role?: User['role']
  expiresAt?: number
}

/** The built-in way: our own access token, whose session is still open. */
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
 * An embedder's way: their own function says who it is, and `keepUser` keeps the user as they describe them. One that has not
 * answered after `waitMs` has failed: nobody waits for it any longer.
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

/** PostgreSQL can store no NUL, and a half of a character would come back as another one. */
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
 * A host may be written in JavaScript: what it gives is read like any other input. Its names get the form of ours. One
 * without anything to see is no reason to let nobody in: then the person is called by the user name, or by the id.
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
