import { comparableName } from '@parley/protocol/features/name-rules'
import { type Kysely, sql } from 'kysely'
import { insertMany, isAmong } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { UserRow } from './user-store.ts'

type Names = Pick<UserRow, 'username' | 'display_name'>

/**
 * Both names in comparable form, separated by a line break, which no search text contains: so none matches across the
 * two.
 */
export const namesKeyOf = ({ username, display_name }: Names): string =>
  `${comparableName(username)}\n${comparableName(display_name)}`

/** All groups of three consecutive letters in a line. */
function gramsOf(lines: string): string[] {
  const grams = lines.split('\n').flatMap((line) => {
    const letters = [...line]
    return letters.slice(2).map((_, at) => letters.slice(at, at + 3).join(''))
  })
  return [...new Set(grams)]
}

/** `rows`: the most rows that one statement reads, in about half a millisecond. */
const most = { rows: 500, grams: 12, counted: 1_000 }

interface SearchedSlice {
  /** A part of a name, in the form of `comparableName`. */
  text: string
  /** Reads only names with these three letters; all names if undefined. */
  gram: string | undefined
  /** Begins after this `username_key`. */
  from: string
  limit: number
}

const searching = (db: Kysely<Tables>) => ({
  /**
   * The group of three letters of a text that the fewest names contain, with their number, counted up to 1,000; only
   * the first 12 groups are compared. Undefined for a shorter text.
   */
  rarestGram: async (text: string): Promise<{ gram: string; count: number } | undefined> => {
    let rarest: { gram: string; count: number } | undefined
    for (const gram of gramsOf(text).slice(0, most.grams)) {
      const some = db.selectFrom('user_grams').select('gram').where('gram', '=', gram).limit(most.counted)
      const { count } = await db
        .selectFrom(some.as('some'))
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      if (!rarest || Number(count) < rarest.count) rarest = { gram, count: Number(count) }
      if (rarest.count === 0) return rarest
    }
    return rarest
  },

  /**
   * Reads a slice of at most 500 names in the order of the user names, and returns at most `limit` users whose names
   * contain the text. Left out are deactivated and suspended users, users with a block toward the viewer, in either
   * direction, and bots of incoming webhooks. `end` is the last key that was read, for the next slice, even if `limit`
   * left out users before it; undefined if none is left.
   */
  searchSlice: async (
    viewerId: string,
    { text, gram, from, limit }: SearchedSlice,
  ): Promise<{ rows: UserRow[]; end: string | undefined }> => {
    const keys =
      gram === undefined
        ? sql`select username_key from users where username_key > ${from} order by username_key limit ${most.rows}`
        : sql`select username_key from user_grams where gram = ${gram} and username_key > ${from}
            order by username_key limit ${most.rows}`
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
    const { rows } = await sql<UserRow>`select users.* from (${keys}) as keys
      join users on users.username_key = keys.username_key
      where users.names_key like ${pattern} escape '\\' and users.deactivated_at is null and users.suspended_at is null
      and not exists (select 1 from blocks where user_id = ${viewerId} and other_id = users.id and removed = 0)
      and not exists (select 1 from blocks where user_id = users.id and other_id = ${viewerId} and removed = 0)
      and not exists (select 1 from hooks where user_id = users.id)
      order by users.username_key limit ${limit}`.execute(db)
    const [read] = (
      await sql<{ count: number; last: string }>`
        select count(*) as count, max(username_key) as last from (${keys}) as keys`.execute(db)
    ).rows
    return { rows, end: read && Number(read.count) === most.rows ? read.last : undefined }
  },
})

const insertGrams = insertMany<{ gram: string; username_key: string }>(
  'user_grams',
  { gram: 'text', username_key: 'text' },
  sql`on conflict do nothing`,
)

/** The columns by which a search finds a user. */
type SearchKeys = Pick<UserRow, 'username_key' | 'names_key'>

/**
 * Makes the store of the index of names by groups of three letters. `insert` and `update` of `userStore` keep it up to
 * date.
 */
export const userSearchStore = (db: Kysely<Tables>) => ({
  ...searching(db),

  /** Updates the index of names from the names before (undefined for a new user) to the names after. */
  putNames: async (before: SearchKeys | undefined, after: SearchKeys): Promise<void> => {
    const isSameUser = before?.username_key === after.username_key
    const old = before ? gramsOf(before.names_key) : []
    const next = gramsOf(after.names_key)
    const gone = isSameUser ? old.filter((gram) => !next.includes(gram)) : old
    if (before && gone.length > 0) {
      await db
        .deleteFrom('user_grams')
        .where('username_key', '=', before.username_key)
        .where(isAmong(db, 'gram', gone))
        .execute()
    }
    const added = isSameUser ? next.filter((gram) => !old.includes(gram)) : next
    await insertGrams(
      db,
      added.map((gram) => ({ gram, username_key: after.username_key })),
    )
  },
})

declare module '../../storage/store.ts' {
  interface Store {
    userSearch: ReturnType<typeof userSearchStore>
  }
}
