import { Id } from '@parley/protocol'
import type { Authenticate, Identity } from '../auth/authenticate.ts'
import type { Anyone, Stranger } from '../core/context.ts'
import type { Meter } from '../core/limits/strict-meter.ts'
import { OperationError } from '../core/operation-error.ts'
import type { KeyScope } from '../core/policy.ts'
import type { Store } from '../storage/store.ts'
import type { ApiKeyRow } from './api-key-store.ts'
import { fits, isKeyText, readKey, sessionOfKey } from './key-text.ts'

export interface ApiKeys {
  /** The bot to whom a key belongs, on every transport; undefined for any other key. */
  identify(token: string): Promise<Identity | undefined>
  /**
   * Who asks over REST: a bot, the user as whom a backend acts (`Parley-User`), or the backend itself. A key that is not good is
   * a stranger's. Throws `forbidden`, `not_found` where nobody is called so, and `rate_limited`.
   */
  callerOf(token: string, actAs: string | undefined, stranger: Stranger): Promise<Anyone>
}

interface ApiKeyOptions {
  store: Store
  /** What all requests with a key draw on together. */
  meter: Meter
}

export function createApiKeys({ store, meter }: ApiKeyOptions): ApiKeys {
  const goodKey = async (token: string): Promise<ApiKeyRow | undefined> => {
    const shown = readKey(token)
    const row = shown && (await store.apiKeys.byId(shown.id))
    return row && fits(shown.secret, row.secret_hash) && row.revoked_at === null ? row : undefined
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
      const row = await goodKey(token)
      return row && botOf(row)
    },

    callerOf: async (token, actAs, stranger) => {
      const row = await goodKey(token)
      if (!row) return stranger
      await meter.take(row.id)
      const key = { id: row.id, scopes: scopesOf(row) }
      if (row.user_id !== null) {
        if (actAs !== undefined) throw new OperationError('forbidden', 'The key of a bot acts as nobody else.')
        const bot = await botOf(row)
        return bot ? { user: bot.user, sessionId: bot.sessionId, socket: null, key } : stranger
      }
      // Its own budgets: many backends may share an address.
      if (actAs === undefined) return { ...stranger, address: `key ${row.id}`, key }
      return { user: await actor(row, actAs), sessionId: null, socket: null, key }
    },
  }
}

const scopesOf = ({ scopes }: ApiKeyRow): KeyScope[] => JSON.parse(scopes)

/** Bots show a key where people show a token. */
export const withKeys =
  (keys: ApiKeys, others: Authenticate): Authenticate =>
  async (credentials) =>
    isKeyText(credentials.token) ? keys.identify(credentials.token) : others(credentials)
