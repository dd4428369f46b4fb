import type { IncomingHttpHeaders } from 'node:http'
import { Id, type User, userRoles } from '@parley/protocol'
import { z } from 'zod'
import type { GroupCommit } from '../core/group-commit.ts'
import { changeProfile, holdProfile } from '../features/users/profile-changes.ts'
import { toUser, type UserRow } from '../features/users/user-store.ts'
import type { Database } from '../storage/database.ts'
import { createStore } from '../storage/store.ts'
import type { Tokens } from './tokens.ts'

/** What a connection or a request shows to prove who it is. */
export interface Credentials {
  /** From `Authorization: Bearer …`, or from the `auth` of a socket's handshake. */
  token: string | undefined
  headers: IncomingHttpHeaders
}

/** Who somebody is, until when, and in which session. */
export interface Identity {
  user: User
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
export function byAccessToken(database: Database, tokens: Tokens): Authenticate {
  const store = createStore(database.read)
  return async ({ token }) => {
    const claims = token === undefined || token.length > 4_096 ? undefined : await tokens.verify(token)
    if (!claims) return undefined
    const session = await store.sessions.byId(claims.sessionId)
    if (!session || session.revoked_at !== null || session.expires_at <= Date.now()) return undefined
    const row = await store.users.byId(session.user_id)
    return row && { user: toUser(row), sessionId: session.id, expiresAt: claims.expiresAt }
  }
}

/** An embedder's way: their own function says who it is, and the user is kept here as they describe them. */
export function byHost(
  database: Database,
  groupCommit: GroupCommit,
  host: (credentials: Credentials) => Promise<HostUser | null> | HostUser | null,
): Authenticate {
  const store = createStore(database.read)
  return async (credentials) => {
    const answer = await host(credentials)
    if (!answer) return undefined
    const given = readHostUser(answer)
    if (given.expiresAt !== undefined && given.expiresAt <= Date.now()) return undefined
    const known = await store.users.byId(given.id)
    const row = known && isSame(known, given) ? known : await keep(groupCommit, given)
    return { user: toUser(row), sessionId: null, expiresAt: given.expiresAt ?? null }
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

/** A host's function may be written in JavaScript: what it answers is read like any other input. */
function readHostUser(answer: unknown): HostUser {
  const parsed = GivenUser.safeParse(answer)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Error(`authenticate() gave a user that cannot be taken: ${issue?.path.join('.')}: ${issue?.message}`)
}

const isSame = (row: UserRow, given: HostUser) =>
  row.username === given.username &&
  row.display_name === (given.displayName ?? given.username) &&
  row.avatar_url === (given.avatarUrl ?? null) &&
  row.role === (given.role ?? 'user')

function keep(groupCommit: GroupCommit, given: HostUser): Promise<UserRow> {
  const profile = {
    username: given.username,
    username_key: given.username.toLowerCase(),
    display_name: given.displayName ?? given.username,
    avatar_url: given.avatarUrl ?? null,
    role: given.role ?? 'user',
  }
  return groupCommit.run(async ({ store, now, emit }) => {
    await holdProfile(store, given.id)
    const before = await store.users.byId(given.id)
    // Another node may have been told the same.
    if (before && isSame(before, given)) return before
    const namesake = await store.users.byUsername(given.username)
    // The host names its people; nobody signs in here by name, so two of the same name are told apart by their id.
    if (namesake && namesake.id !== given.id) profile.username_key += ` ${given.id}`
    if (before) return changeProfile({ store, emit }, before, profile)
    const row = { id: given.id, ...profile, password_hash: null, rev: 0, last_seen_at: null, created_at: now }
    await store.users.insert(row)
    return row
  })
}
