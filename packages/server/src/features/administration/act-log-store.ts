import type { AdministrationAct } from '@parley/protocol'
import { type Kysely, type Selectable, sql } from 'kysely'
import { takeTurns } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { AdministrationActsTable } from './administration-table.ts'

export type ActRow = Selectable<AdministrationActsTable>

/** An act in the form of the protocol. `room_name` is null if the act concerns no room. */
export const toAct = (row: ActRow & { room_name: string | null }): AdministrationAct => ({
  number: row.number,
  act: row.act,
  actorId: row.actor_id,
  userId: row.user_id,
  conversationId: row.conversation_id,
  messageId: row.message_id,
  roomName: row.room_name,
  reason: row.reason,
  at: row.at,
})

/**
 * Makes the store of the log of acts by administrators, which adds acts, numbered from 1, and reads pages of them. Acts
 * cannot be changed or deleted; `forgetReasons` alone empties the reasons of all acts toward an erased user.
 */
export const actLogStore = (db: Kysely<Tables>) => ({
  /** Adds an act with the next number; other transactions that add one wait for the commit of this. */
  add: async (act: Omit<ActRow, 'number'>): Promise<void> => {
    await takeTurns(db, 'administration acts')
    const { last } = await db
      .selectFrom('administration_acts')
      .select(sql<number>`coalesce(max(number), 0)`.as('last'))
      .executeTakeFirstOrThrow()
    await db
      .insertInto('administration_acts')
      .values({ ...act, number: Number(last) + 1 })
      .execute()
  },

  /**
   * The acts before a number, the latest first, each with the name of its room. From the latest if `before` is left
   * out.
   */
  page: (before: number | undefined, limit: number) =>
    db
      .selectFrom('administration_acts as a')
      .leftJoin('conversations as c', 'c.id', 'a.conversation_id')
      .selectAll('a')
      .select('c.name as room_name')
      .$if(before !== undefined, (query) => query.where('a.number', '<', before ?? 0))
      .orderBy('a.number', 'desc')
      .limit(limit)
      .execute(),

  /** Empties the reasons of all acts toward an erased user. */
  forgetReasons: (userId: string) =>
    db.updateTable('administration_acts').set({ reason: '' }).where('user_id', '=', userId).execute(),
})

declare module '../../storage/store.ts' {
  interface Store {
    actLog: ReturnType<typeof actLogStore>
  }
}
