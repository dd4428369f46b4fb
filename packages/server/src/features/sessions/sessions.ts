import type { Session, SignedIn } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { hashRefreshToken, newDeviceId, sessionIdOf, type Tokens } from '../../auth/tokens.ts'
import type { Context, Stranger, StrangerContext } from '../../core/context.ts'
import { type Handlers, live, staged } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import { readCursor, writeCursor } from '../../core/time-cursor.ts'
import type { Store } from '../../storage/store.ts'
import { toUser, type UserRow } from '../users/user-store.ts'
import type { sessionPolicy } from './session-policy.ts'
import type { SessionRow } from './session-store.ts'

type AccountOperation = 'user.register' | 'session.create' | 'session.refresh'

interface Opened {
  row: UserRow
  sessionId: string
  refreshToken: string
  /** The device that signed in. */
  deviceId?: string
}

async function assertMayRegister(store: Store, { settings }: Pick<Kernel, 'settings'>): Promise<void> {
  if (!settings.registrationOpen && !(await store.users.isEmpty())) throw new OperationError('registration_closed')
}

async function open(
  { store, now, caller }: StrangerContext,
  { tokens, settings }: Kernel,
  row: UserRow,
  deviceId = newDeviceId(),
): Promise<Opened> {
  const id = uuidv7()
  const refreshToken = tokens.newRefreshToken(id)
  const session: SessionRow = {
    id,
    user_id: row.id,
    refresh_hash: hashRefreshToken(refreshToken),
    previous_hash: null,
    rotated_at: now,
    user_agent: caller.userAgent.slice(0, 300),
    address_mark: markOf(caller, tokens),
    created_at: now,
    last_used_at: now,
    expires_at: now + settings.sessionLifetimeMs,
    revoked_at: null,
  }
  await store.sessions.insert(session)
  return { row, sessionId: id, refreshToken, deviceId }
}

async function toSignedIn(
  { row, sessionId, refreshToken, deviceId }: Opened,
  { tokens }: Pick<Kernel, 'tokens'>,
): Promise<SignedIn> {
  return {
    user: toUser(row),
    sessionId,
    refreshToken,
    ...(deviceId === undefined ? {} : { deviceToken: tokens.deviceToken(row.id, deviceId) }),
    ...(await tokens.sign(row.id, sessionId)),
  }
}

const registering = (kernel: Kernel) =>
  staged('user.register', {
    before: async ({ password }, { store }) => {
      await assertMayRegister(store, kernel)
      return kernel.passwords.hash(password)
    },
    commit: async (input, context, passwordHash) => {
      // Another user may have registered first meanwhile, or is about to on another node.
      if (await context.store.users.isEmpty()) await context.store.users.takeTurns()
      await assertMayRegister(context.store, kernel)
      return open(context, kernel, await newUser(input, context, passwordHash))
    },
    after: (opened) => toSignedIn(opened, kernel),
  })

const signingIn = (kernel: Kernel) => {
  const { passwords, attempts, tokens } = kernel
  return staged('session.create', {
    before: async ({ username, password, deviceToken }, { store, caller }) => {
      const found = await store.users.byUsername(username)
      const deviceId = found && deviceToken !== undefined ? tokens.deviceOf(deviceToken, found.id) : undefined
      const row = await attempts.check({
        username,
        address: caller.address,
        deviceId,
        isFamiliar: () => store.sessions.isFamiliar(found?.id ?? '', markOf(caller, tokens) ?? ''),
        verify: async (isKnown) =>
          (await passwords.verify(found?.password_hash ?? null, password, isKnown)) ? found : undefined,
      })
      return { row, deviceId }
    },
    commit: async (_, context, verified: { row: UserRow; deviceId: string | undefined }) => {
      // The password may have been changed while it was verified; with the lock, a change after this ends the new
      // session.
      await context.store.users.hold([verified.row.id])
      const row = await context.store.users.byId(verified.row.id)
      if (row?.password_hash !== verified.row.password_hash) throw new OperationError('bad_credentials')
      if (row.deactivated_at !== null) throw new OperationError('bad_credentials', 'This account is deactivated.')
      if (row.suspended_at !== null) throw new OperationError('suspended')
      return open(context, kernel, row, verified.deviceId)
    },
    after: (opened) => toSignedIn(opened, kernel),
  })
}

const refreshing = (kernel: Kernel) =>
  staged('session.refresh', {
    before: async () => undefined,
    commit: ({ refreshToken }, context) => rotate(context, refreshToken, kernel),
    after: async (opened) => {
      if (opened === 'refused') throw new OperationError('unauthenticated')
      return toSignedIn(opened, kernel)
    },
  })

/**
 * Makes the handlers for accounts at Parley: registering, signing in and refreshing. The first account becomes an
 * administrator and can be made while registration is closed; others get `registration_closed` then, and
 * `username_taken` for a name in use. A wrong password or a deactivated account is refused with `bad_credentials`, a
 * suspended one with `suspended`, too many attempts with `rate_limited`. A refresh token stays valid until its
 * successor is used, and always gives the same successor; an older one ends its session. It and any invalid one are
 * refused with `unauthenticated`.
 */
export const createAccountHandlers = (kernel: Kernel): Handlers<AccountOperation> => ({
  'user.register': registering(kernel),
  'session.create': signingIn(kernel),
  'session.refresh': refreshing(kernel),
})

/**
 * Makes the handlers by which signed-in users manage their sessions. `session.list` has the open ones, the latest used
 * first. `session.end` ends the caller's own with its sockets, and does nothing for users of a host application, who
 * have none. `session.revoke` ends any of the user's, and refuses one that is unknown, revoked or another user's with
 * `not_found`. `session.renew` prolongs the caller's socket, nothing over REST; it refuses a token that is invalid,
 * another user's, or without an end, with `unauthenticated`.
 */
export function createSessionHandlers({
  authenticate,
}: Pick<Kernel, 'authenticate'>): Handlers<Exclude<keyof typeof sessionPolicy, AccountOperation>> {
  return {
    'session.renew': live('session.renew', async ({ accessToken }, { caller }) => {
      const identity = await authenticate({ token: accessToken, headers: {} })
      if (!identity?.expiresAt || identity.user.id !== caller.user.id) throw new OperationError('unauthenticated')
      caller.socket?.renew(identity.expiresAt, accessToken)
      return { expiresAt: identity.expiresAt }
    }),

    'session.list': async ({ after, limit }, { store, caller, now }) => {
      const wanted = { now, after: after === undefined ? undefined : readCursor(after), limit: limit + 1 }
      const rows = await store.sessions.open(caller.user.id, wanted)
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        sessions: page.map((row) => toSession(row, caller.sessionId)),
        ...(rows.length > limit && last && { next: writeCursor({ at: last.last_used_at, id: last.id }) }),
      }
    },

    'session.end': async (_, context) => {
      const { sessionId } = context.caller
      if (sessionId !== null) await revoke(context, sessionId)
      return {}
    },

    'session.revoke': async ({ sessionId }, context) => {
      const row = await context.store.sessions.byId(sessionId)
      if (row?.user_id !== context.caller.user.id || row.revoked_at !== null) throw new OperationError('not_found')
      await revoke(context, sessionId)
      return {}
    },
  }
}

const toSession = (row: SessionRow, current: string | null): Session => ({
  id: row.id,
  userAgent: row.user_agent,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  current: row.id === current,
})

async function newUser(
  { username, displayName }: { username: string; displayName?: string },
  { store, now }: StrangerContext,
  passwordHash: string,
): Promise<UserRow> {
  if (await store.users.byUsername(username)) throw new OperationError('username_taken')
  return store.users.insert({
    id: uuidv7(),
    username,
    username_key: username.toLowerCase(),
    display_name: displayName ?? username,
    avatar_url: null,
    role: (await store.users.isEmpty()) ? 'admin' : 'user',
    password_hash: passwordHash,
    rev: 0,
    last_seen_at: null,
    created_at: now,
  })
}

/** The mark of the caller's address; null if the socket has closed, which then has none. */
const markOf = ({ address }: Stranger, tokens: Tokens) => (address === '' ? null : tokens.addressMark(address))

/**
 * Exchanges a refresh token for its successor. Because the answer may get lost, a token stays valid until its successor
 * is used, and always gives the same one. An older token with a right signature must be a stolen copy, so it ends the
 * session; this must be committed, therefore it returns `refused` instead of throwing. A forged token ends nothing,
 * because session ids are no secrets.
 */
async function rotate(
  context: StrangerContext,
  refreshToken: string,
  { tokens, settings }: Kernel,
): Promise<Opened | 'refused'> {
  const { store, now, caller } = context
  const id = sessionIdOf(refreshToken)
  await store.sessions.hold(id)
  const session = await store.sessions.byId(id)
  if (!session || session.revoked_at !== null || session.expires_at <= now) return 'refused'
  const row = await store.users.byId(session.user_id)
  if (!row) return 'refused'
  const shown = hashRefreshToken(refreshToken)
  const next = { row, sessionId: session.id, refreshToken: tokens.successorOf(refreshToken) }
  const nextHash = hashRefreshToken(next.refreshToken)
  if (shown === session.previous_hash && nextHash === session.refresh_hash) return next
  // If the secret or the version has changed since, the stored successor differs; the present one replaces it.
  if (shown !== session.refresh_hash && shown !== session.previous_hash) {
    if (tokens.sessionOf(refreshToken) !== undefined) await revoke(context, session.id)
    return 'refused'
  }
  await store.sessions.update(session.id, {
    refresh_hash: nextHash,
    previous_hash: shown,
    rotated_at: now,
    address_mark: markOf(caller, tokens) ?? session.address_mark,
    last_used_at: now,
    expires_at: now + settings.sessionLifetimeMs,
  })
  return next
}

async function revoke({ store, now, emit }: Pick<Context, 'store' | 'now' | 'emit'>, sessionId: string): Promise<void> {
  await store.sessions.update(sessionId, { revoked_at: now })
  emit({
    name: 'session.ended',
    payload: { reason: 'revoked' },
    audience: { channels: [{ kind: 'session', id: sessionId }] },
  })
}
