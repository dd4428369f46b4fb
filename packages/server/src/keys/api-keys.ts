import { Id } from '@parley/protocol'
import type { Authenticate, Identity } from '../auth/authenticate.ts'
import type { Anyone, Stranger } from '../core/context.ts'
import type { Meter } from '../core/limits/strict-meter.ts'
import { OperationError } from '../core/operation-error.ts'
import type { KeyScope } from '../core/policy.ts'
import type { Store } from '../storage/store.ts'
import type { ApiKeyRow } from './api-key-store.ts'
import { isKeyText, matchesHash, readKey, sessionOfKey } from './key-text.ts'

export interface ApiKeys {
  /** The bot that owns the key; undefined for the key of a backend and for an invalid one. */
  identify(token: string): Promise<Identity | undefined>
  /**
   * The caller of a REST request: a bot, the user as whom a backend acts (`actAs`, from the header `Parley-User`), or
   * the backend itself. An invalid key gives the stranger. Throws `forbidden` if the key must not act as a user,
   * `not_found` if `actAs` is no active user, and `rate_limited`.
   */
  callerOf(token: string, actAs: string | undefined, stranger: Stranger): Promise<Anyone>
}

interface ApiKeyOptions {
  store: Store
  /** Counts all requests with one key together. */
  meter: Meter
}

/**
 * Makes the functions that recognise API keys. Each call reads the key from the database, so a revoked one is invalid
 * at once. An invalid key, or that of a bot that is not active, is no error: `identify` resolves with undefined, also
 * for a backend's key, `callerOf` with the given stranger. Only `callerOf` counts requests, those with a stored key
 * that is valid, by `meter`; it rejects with `rate_limited`, with `forbidden` if the key must not act as `actAs`, and
 * with `not_found` if that is no active user. Both reject if the database cannot be asked.
 */
export function createApiKeys({ store, meter }: ApiKeyOptions): ApiKeys {
  const validKey = async (token: string): Promise<ApiKeyRow | undefined> => {
    const shown = readKey(token)
    const row = shown && (await store.apiKeys.byId(shown.id))
    return row && matchesHash(shown.secret, row.secret_hash) && row.revoked_at === null ? row : undefined
  }

  const botOf = async ({ id, user_id }: ApiKeyRow): Promise<Identity | undefined> => {
    if (user_id === null) return undefined
    const session = await store.sessions.byId(sessionOfKey(id))
    if (!session || session.revoked_at !== null) return undefined
    const entrant = await store.users.entrant(user_id)
    return entrant && { ...entrant, sessionId: session.id, expiresAt: null }
  }

  /** The user as whom a backend acts. */
  const actor = async (row: ApiKeyRow, userId: string) => {
    if (!scopesOf(row).includes('act-as')) throw new OperationError('forbidden', 'This key has no scope act-as.')
    const entrant = Id.safeParse(userId).success ? await store.users.entrant(userId) : undefined
    if (!entrant) throw new OperationError('not_found', 'Parley-User names no active user.')
    return entrant.user
  }

  return {
    identify: async (token) => {
      const row = await validKey(token)
      return row && botOf(row)
    },

    callerOf: async (token, actAs, stranger) => {
      const row = await validKey(token)
      if (!row) return stranger
      await meter.take(row.id)
      const key = { id: row.id, scopes: scopesOf(row) }
      if (row.user_id !== null) {
        if (actAs !== undefined) throw new OperationError('forbidden', 'The key of a bot acts as nobody else.')
        const bot = await botOf(row)
        return bot ? { user: bot.user, sessionId: bot.sessionId, socket: null, key } : stranger
      }
      // The key stands in place of the address, so that backends with the same address do not share budgets.
      if (actAs === undefined) return { ...stranger, address: `key ${row.id}`, key }
      return { user: await actor(row, actAs), sessionId: null, socket: null, key }
    },
  }
}

const scopesOf = ({ scopes }: ApiKeyRow): KeyScope[] => JSON.parse(scopes)

/**
 * Makes a function that authenticates tokens that begin like an API key as bots, and all others by `others`. A token
 * that begins so never reaches `others`: an invalid key gives undefined, and so does the key of a backend.
 */
export const withKeys =
  (keys: ApiKeys, others: Authenticate): Authenticate =>
  async (credentials) =>
    isKeyText(credentials.token) ? keys.identify(credentials.token) : others(credentials)
