import type { KeyScope } from '../../core/policy.ts'
import { createStore } from '../../features/index.ts'
import { revokeKey, storeBot, storeKey } from '../../keys/new-keys.ts'
import type { Store } from '../../storage/store.ts'
import { openTestDatabase } from '../test-database.ts'
import type { TestServer } from '../test-server.ts'

interface TestKey {
  id: string
  /** The whole key, as a client shows it. */
  text: string
}

export interface TestKeys {
  /** Makes a key of a backend. */
  make(...scopes: KeyScope[]): Promise<TestKey>
  /** Makes a bot with this user name, and its key. */
  bot(username: string): Promise<TestKey & { userId: string }>
  /** Revokes the key; requests with it are refused from then on. */
  revoke(key: TestKey): Promise<void>
}

/**
 * Makes and revokes API keys of a server as the commands do: beside the running server, in its database.
 *
 * @example
 * const key = await testKeys(server).make('act-as')
 */
export const testKeys = (server: TestServer): TestKeys => ({
  make: (...scopes) =>
    beside(server, (store) => storeKey(store, { name: 'test', scopes, userId: null, now: Date.now() })),
  bot: (username) =>
    beside(server, async (store) => {
      const userId = await storeBot(store, username, username, Date.now())
      return { userId, ...(await storeKey(store, { name: username, scopes: [], userId, now: Date.now() })) }
    }),
  revoke: ({ id }) => beside(server, async (store) => void (await revokeKey(store, id, Date.now()))),
})

async function beside<T>(server: TestServer, work: (store: Store) => Promise<T>): Promise<T> {
  const database = await openTestDatabase(server.dataDir)
  try {
    return await work(createStore(database.write))
  } finally {
    await database.close()
  }
}
