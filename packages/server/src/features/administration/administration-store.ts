import type { PersonState } from '@parley/protocol'
import { administrationLimits } from '@parley/protocol/features/administration'
import { comparableName } from '@parley/protocol/features/name-rules'
import { type Kysely, sql } from 'kysely'
import { lowerCase } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { MembershipRow } from '../memberships/membership-store.ts'
import type { UserRow } from '../users/user-store.ts'

interface Search {
  /** A part of the name; all entries if it is empty. */
  text: string
  /** The id of the last entry of the page before. */
  after: string | undefined
  limit: number
}

const containing = (text: string) => `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`

const listing = (db: Kysely<Tables>) => ({
  /** Users who are not erased, in the order of their user names. */
  people: ({ text, state, after, limit }: Search & { state: PersonState | undefined }): Promise<UserRow[]> =>
    db
      .selectFrom('users')
      .selectAll()
      .where('erased_at', 'is', null)
      .$if(after !== undefined, (query) =>
        query.where('username_key', '>', (eb) =>
          eb
            .selectFrom('users as last')
            .select('last.username_key')
            .where('last.id', '=', after ?? ''),
        ),
      )
      .$if(text !== '', (query) =>
        query.where(sql<boolean>`names_key like ${containing(comparableName(text))} escape '\\'`),
      )
      .$if(state !== undefined, (query) => query.where('suspended_at', state === 'suspended' ? 'is not' : 'is', null))
      .$if(state === 'active', (query) => query.where('deactivated_at', 'is', null))
      .$if(state === 'deactivated', (query) => query.where('deactivated_at', 'is not', null))
      .orderBy('username_key')
      .limit(limit)
      .execute(),

  /**
   * Rooms that are not removed, the newest first, with the number of active members, which is counted up to a limit.
   */
  rooms: ({ text, after, limit }: Search) =>
    db
      .selectFrom('conversations as c')
      .selectAll('c')
      .select(
        sql<number>`(select count(*) from (select 1 from memberships as m where m.conversation_id = c.id
          and m.state = 'active' limit ${sql.lit(administrationLimits.members)}) as counted)`.as('members'),
      )
      // A literal, so that the partial index of rooms is used.
      .where('c.kind', '=', sql.lit('room' as const))
      .where('c.removed_at', 'is', null)
      .$if(after !== undefined, (query) => query.where('c.id', '<', after ?? ''))
      .$if(text !== '', (query) =>
        query.where(sql<boolean>`${lowerCase(db, sql.ref('c.name'))} like ${containing(text)} escape '\\'`),
      )
      .orderBy('c.id', 'desc')
      .limit(limit)
      .execute(),
})

/** Removed rooms whose data is not deleted yet. */
const removals = (db: Kysely<Tables>) => ({
  beginRemoval: (conversationId: string) =>
    db
      .insertInto('room_removals')
      .values({ conversation_id: conversationId })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),

  pendingRemovals: async (): Promise<string[]> =>
    (await db.selectFrom('room_removals').select('conversation_id').execute()).map((row) => row.conversation_id),

  endRemoval: (conversationId: string) =>
    db.deleteFrom('room_removals').where('conversation_id', '=', conversationId).execute(),

  /** The first members of a room, active or invited. */
  membersLeft: (conversationId: string, limit: number): Promise<MembershipRow[]> =>
    db
      .selectFrom('memberships')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where('state', 'in', ['active', 'invited'])
      .orderBy('user_id')
      .limit(limit)
      .execute(),
})

export const administrationStore = (db: Kysely<Tables>) => ({ ...listing(db), ...removals(db) })

declare module '../../storage/store.ts' {
  interface Store {
    administration: ReturnType<typeof administrationStore>
  }
}
