import type { Kysely, Selectable } from 'kysely'
import { holdRows } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'

interface SessionsTable {
  id: string
  user_id: string
  /** SHA-256 of the refresh token that is good now. */
  refresh_hash: string
  /** SHA-256 of the one before it, which is good until that one is shown. */
  previous_hash: string | null
  rotated_at: number
  user_agent: string
  /** By which the address of the latest sign-in or refresh is told again; null if it is not known. */
  address_mark: string | null
  created_at: number
  last_used_at: number
  expires_at: number
  revoked_at: number | null
}

export type SessionRow = Selectable<SessionsTable>

const hold = holdRows('sessions')

export const sessionStore = (db: Kysely<Tables>) => ({
  insert: (row: SessionRow) => db.insertInto('sessions').values(row).execute(),

  byId: (id: string): Promise<SessionRow | undefined> =>
    db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst(),

  /** Nobody else changes this session until the commit. */
  hold: (id: string) => hold(db, [id]),

  open: (userId: string, now: number): Promise<SessionRow[]> =>
    db
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .orderBy('last_used_at', 'desc')
      .execute(),

  /** Was this user signed in at this address, in whatever session? */
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

  /** Revokes the user's open sessions, except one, and returns the ids of those it ended. */
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

declare module '../../storage/store.ts' {
  interface Store {
    sessions: ReturnType<typeof sessionStore>
  }
}

declare module '../../storage/tables.ts' {
  interface Tables {
    sessions: SessionsTable
  }
}
