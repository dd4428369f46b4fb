import type { Kysely } from 'kysely'
import { conversationStore } from '../features/conversations/conversation-store.ts'
import { membershipStore } from '../features/memberships/membership-store.ts'
import { messageStore } from '../features/messages/message-store.ts'
import { sessionStore } from '../features/sessions/session-store.ts'
import { userStore } from '../features/users/user-store.ts'
import type { Tables } from './tables.ts'

/** All stores of the features, with the same shape inside a transaction and outside. */
export const createStore = (db: Kysely<Tables>) => ({
  users: userStore(db),
  sessions: sessionStore(db),
  conversations: conversationStore(db),
  memberships: membershipStore(db),
  messages: messageStore(db),

  /** What is kept under a key: the value that whoever came first put there. */
  kept: async (key: string, value: string): Promise<string> => {
    await db
      .insertInto('meta')
      .values({ key, value })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return (await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirstOrThrow()).value
  },

  /** Which history this is: a restored backup has another epoch, so that nobody mixes the two. */
  epoch: async () =>
    (await db.selectFrom('meta').select('value').where('key', '=', 'epoch').executeTakeFirstOrThrow()).value,
})

export type Store = ReturnType<typeof createStore>
