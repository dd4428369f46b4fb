import { type Kysely, type Selectable, sql } from 'kysely'
import type { TimeCursor } from '../../core/time-cursor.ts'
import { holdRows, isAmong } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { SessionsTable } from './session-table.ts'

export type SessionRow = Selectable<SessionsTable>

const hold = holdRows('sessions')

const openSessions = (db: Kysely<Tables>) => ({
  insert: (row: SessionRow) => db.insertInto('sessions').values(row).execute(),

  byId: (id: string): Promise<SessionRow | undefined> =>
    db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst(),

  /** Locks a session until the commit. */
  hold: (id: string) => hold(db, [id]),

  /** A user's sessions that are neither revoked nor expired, the latest used first. */
  open: (
    userId: string,
    { now, after, limit }: { now: number; after?: TimeCursor | undefined; limit: number },
  ): Promise<SessionRow[]> =>
    db
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .$if(after !== undefined, (query) => query.where(sql<boolean>`(last_used_at, id) < (${after?.at}, ${after?.id})`))
      .orderBy('last_used_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),

  /** Whether any session of this user, open or ended, was used at this address. */
  isFamiliar: async (userId: string, addressMark: string): Promise<boolean> =>
    (await db
      .selectFrom('sessions')
      .select('id')
      .where('user_id', '=', userId)
      .where('address_mark', '=', addressMark)
      .limit(1)
      .executeTakeFirst()) !== undefined,

  update: (id: string, set: Partial<Omit<SessionRow, 'id'>>) =>
    db.updateTable('sessions').set(set).where('id', '=', id).execute(),
})

const endings = (db: Kysely<Tables>) => ({
  /** Those of these sessions that are revoked. */
  revokedAmong: async (ids: readonly string[]): Promise<string[]> => {
    const rows = await db
      .selectFrom('sessions')
      .select('id')
      .where(isAmong(db, 'id', ids))
      .where('revoked_at', 'is not', null)
      .execute()
    return rows.map((row) => row.id)
  },

  /** Deletes sessions that ended before a time, at most `most`; resolves with their number. */
  removeEnded: async (before: number, most: number): Promise<number> => {
    const revoked = db.selectFrom('sessions').select('id').where('revoked_at', '<', before)
    const expired = db
      .selectFrom('sessions')
      .select('id')
      .where('expires_at', '<', before)
      .where('revoked_at', 'is', null)
    const some = db.selectFrom(revoked.unionAll(expired).as('ended')).select('id').limit(most)
    const { numDeletedRows } = await db.deleteFrom('sessions').where('id', 'in', some).executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },

  /** Deletes sessions of a user, at most `most`; resolves with their number. */
  dropSome: async (userId: string, most: number): Promise<number> => {
    const some = db.selectFrom('sessions').select('id').where('user_id', '=', userId).limit(most)
    const { numDeletedRows } = await db.deleteFrom('sessions').where('id', 'in', some).executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },

  /** Revokes the user's sessions, except one; resolves with the ids of those that it revoked. */
  revokeAll: async (userId: string, now: number, except: string | null): Promise<string[]> => {
    const rows = await db
      .updateTable('sessions')
      .set({ revoked_at: now })
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .where('id', '!=', except ?? '')
      .returning('id')
      .execute()
    return rows.map((row) => row.id)
  },
})

/**
 * Makes the store of sessions. A session that was revoked or has expired is stored until a sweep or an erasure deletes
 * it.
 */
export const sessionStore = (db: Kysely<Tables>) => ({ ...openSessions(db), ...endings(db) })

declare module '../../storage/store.ts' {
  interface Store {
    sessions: ReturnType<typeof sessionStore>
  }
}
