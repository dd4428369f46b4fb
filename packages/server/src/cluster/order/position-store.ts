import { type Kysely, sql } from 'kysely'
import type { Position } from '../../core/rows/row-kind.ts'
import type { Tables } from '../../storage/tables.ts'

/** The last rev of a conversation or an account that was delivered on this node. */
export interface DeliveredRev {
  id: string
  rev: number
}

/** A conversation or a user of which the database has a later position, which this is; or a session that was ended. */
export interface Ahead extends Position {
  kind: 'conversation' | 'user' | 'session'
  id: string
}

/**
 * Makes two queries: `ahead` finds the conversations and users of which the database has a later position than the
 * given one, and the revoked sessions; `endedAccesses` finds the users with a higher access number. They leave out ids
 * that do not exist. Written for PostgreSQL alone, because several nodes share no other database.
 */
export const positionStore = (db: Kysely<Tables>) => ({
  /**
   * The conversations and users of which the database has a later rev, and the sessions that were ended, in one query.
   */
  ahead: async (
    conversations: readonly DeliveredRev[],
    users: readonly DeliveredRev[],
    sessionIds: readonly string[],
  ) => {
    const ids = (delivered: readonly DeliveredRev[]) => delivered.map(({ id }) => id)
    const revs = (delivered: readonly DeliveredRev[]) => delivered.map(({ rev }) => rev)
    const { rows } = await sql<Ahead>`
      select 'conversation' as kind, c.id, c.rev, c.last_seq as seq
      from unnest(${ids(conversations)}::text[], ${revs(conversations)}::bigint[]) as held(id, rev)
      join conversations c on c.id = held.id where c.rev > held.rev
      union all
      select 'user', u.id, u.rev, 0
      from unnest(${ids(users)}::text[], ${revs(users)}::bigint[]) as held(id, rev)
      join users u on u.id = held.id where u.rev > held.rev
      union all
      select 'session', s.id, 0, 0 from sessions s
      where s.id = any(${sessionIds}::text[]) and s.revoked_at is not null`.execute(db)
    return rows
  },

  /**
   * Those of these users, given with the accessRev of a connection, whose access number is higher now, with that
   * number.
   */
  endedAccesses: async (accesses: readonly DeliveredRev[]): Promise<DeliveredRev[]> => {
    const ids = accesses.map(({ id }) => id)
    const revs = accesses.map(({ rev }) => rev)
    const { rows } = await sql<DeliveredRev>`
      select u.id, u.access_rev as rev from unnest(${ids}::text[], ${revs}::bigint[]) as held(id, rev)
      join users u on u.id = held.id where u.access_rev > held.rev`.execute(db)
    return rows
  },
})
