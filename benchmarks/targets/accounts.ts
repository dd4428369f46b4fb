import { randomUUID } from 'node:crypto'
import { createTokens } from '../../packages/server/src/auth/tokens.ts'
import { keyScopes } from '../../packages/server/src/core/policy.ts'
import { createStore } from '../../packages/server/src/features/index.ts'
import { storeKey } from '../../packages/server/src/keys/new-keys.ts'
import type { Database } from '../../packages/server/src/storage/database.ts'

/** A user with an access token that outlives every run. */
export interface Account {
  id: string
  token: string
}

const dayMs = 24 * 60 * 60 * 1_000

/**
 * Creates accounts through the server's own store, because hashing ten thousand passwords would take minutes. The
 * tokens are signed with the secret that the server will get.
 */
export const makeAccounts = async (
  database: Database,
  secret: string,
  names: readonly string[],
): Promise<Account[]> => {
  const now = Date.now()
  const made = names.map((username) => ({ username, id: randomUUID(), sessionId: randomUUID() }))
  const transaction = await database.write.startTransaction().execute()
  const store = createStore(transaction)
  for (const { username, id, sessionId } of made) {
    const name = { username, username_key: username.toLowerCase(), display_name: username, avatar_url: null }
    const unset = { password_hash: null, rev: 0, last_seen_at: null }
    await store.users.insert({ id, ...name, ...unset, role: 'user', created_at: now })
    await store.sessions.insert({ id: sessionId, user_id: id, ...newSession(now) })
  }
  await transaction.commit().execute()
  const tokens = createTokens(secret, dayMs / 1_000)
  const signed = made.map(({ id, sessionId }) => tokens.sign(id, sessionId))
  return (await Promise.all(signed)).map(({ accessToken }, i) => ({ id: made[i]?.id ?? '', token: accessToken }))
}

const moreSessions = 1_000

/** Makes an account an administrator with many more sessions, of which it returns the tokens, and a key of a backend. */
export const makeAdministrator = async (
  database: Database,
  secret: string,
  { id }: Account,
): Promise<{ key: string; spareTokens: string[] }> => {
  const now = Date.now()
  const sessionIds = Array.from({ length: moreSessions }, () => randomUUID())
  const transaction = await database.write.startTransaction().execute()
  const store = createStore(transaction)
  await store.users.update(id, { role: 'admin' })
  for (const sessionId of sessionIds) await store.sessions.insert({ id: sessionId, user_id: id, ...newSession(now) })
  const { text: key } = await storeKey(store, { name: 'benchmark', scopes: keyScopes, userId: null, now })
  await transaction.commit().execute()
  const tokens = createTokens(secret, dayMs / 1_000)
  const signed = await Promise.all(sessionIds.map((sessionId) => tokens.sign(id, sessionId)))
  return { key, spareTokens: signed.map(({ accessToken }) => accessToken) }
}

/** A session without a refresh token. */
const newSession = (now: number) => ({
  refresh_hash: '',
  previous_hash: null,
  rotated_at: now,
  user_agent: 'benchmark/1.0',
  address_mark: null,
  created_at: now,
  last_used_at: now,
  expires_at: now + dayMs,
  revoked_at: null,
})
