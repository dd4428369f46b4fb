import { v7 as uuidv7 } from 'uuid'
import type { KeyScope } from '../core/policy.ts'
import type { Store } from '../storage/store.ts'
import { makeKey, sessionOfKey } from './key-text.ts'

interface NewKey {
  name: string
  /** Empty for the key of a bot. */
  scopes: readonly KeyScope[]
  /** The bot that owns the key; null for a backend. */
  userId: string | null
  /** Milliseconds since 1970. */
  now: number
}

/**
 * Makes and stores a new key and, if it is for a bot, the session that it uses. Resolves with its id and its whole
 * text, which must be shown now: only a hash is stored. Checks neither the name nor that `userId` is a bot. Run it in a
 * transaction, because it may write two rows.
 */
export async function storeKey(
  store: Store,
  { name, scopes, userId, now }: NewKey,
): Promise<{ id: string; text: string }> {
  const { id, text, secretHash } = makeKey()
  await store.apiKeys.insert({
    id,
    name,
    scopes: JSON.stringify(scopes),
    user_id: userId,
    secret_hash: secretHash,
    created_at: now,
    revoked_at: null,
  })
  if (userId !== null) await openSession(store, { id, name, userId, now })
  return { id, text }
}

/** In the year 9999: the session of a bot does not expire, but ends when its key is revoked. */
const never = 253_402_300_799_000

interface KeyOfBot {
  id: string
  name: string
  userId: string
  now: number
}

/** The refresh hash is empty, which no token has: such a session cannot be refreshed. */
const openSession = (store: Store, { id, name, userId, now }: KeyOfBot) =>
  store.sessions.insert({
    id: sessionOfKey(id),
    user_id: userId,
    refresh_hash: '',
    previous_hash: null,
    rotated_at: now,
    user_agent: `API key: ${name}`,
    address_mark: null,
    created_at: now,
    last_used_at: now,
    expires_at: never,
    revoked_at: null,
  })

/**
 * Creates the user of a bot, without a password or a key; resolves with its id. Does not check the names: for a user
 * name that is taken it rejects with the error of the database.
 */
export async function storeBot(store: Store, username: string, displayName: string, now: number): Promise<string> {
  const id = uuidv7()
  await store.users.insert({
    id,
    username,
    username_key: username.toLowerCase(),
    display_name: displayName,
    avatar_url: null,
    role: 'bot',
    password_hash: null,
    rev: 0,
    last_seen_at: null,
    created_at: now,
  })
  return id
}

/**
 * Revokes a key and, if it is a bot's, its session; a running server then closes the bot's sockets (see `watchKeys`).
 * Resolves with false if there is no such key, or it is revoked already. Run it in a transaction, because it may write
 * two rows.
 */
export async function revokeKey(store: Store, id: string, now: number): Promise<boolean> {
  await store.sessions.update(sessionOfKey(id), { revoked_at: now })
  return store.apiKeys.revoke(id, now)
}
