import { comparableName } from '@parley/protocol/features/name-rules'
import { type Kysely, sql } from 'kysely'
import { insertMany, isAmong } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { UserRow } from './user-store.ts'

type Names = Pick<UserRow, 'username' | 'display_name'>

/** Neither has a line break, so that nothing is found across the two. */
export const namesKeyOf = ({ username, display_name }: Names): string =>
  `${comparableName(username)}\n${comparableName(display_name)}`

/** Each three letters that follow each other in a line. */
function gramsOf(lines: string): string[] {
  const grams = lines.split('\n').flatMap((line) => {
    const letters = [...line]
    return letters.slice(2).map((_, at) => letters.slice(at, at + 3).join(''))
  })
  return [...new Set(grams)]
}

/** `rows`: what one statement looks at, some half a millisecond. */
const most = { rows: 500, grams: 12, counted: 1_000 }

interface SearchedSlice {
  /** A part of a name, as `comparableName` gives it. */
  text: string
  /** Looks only at names with these three letters; at all names if left out. */
  gram: string | undefined
  /** Behind this user name. */
  from: string
  limit: number
}

const searching = (db: Kysely<Tables>) => ({
  /** Of the three letters that stand in a text, those that the fewest names have; undefined for a shorter text. */
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
   * Those of the next names, in the order of the user names, that have the text, without those with whom the viewer has a
   * block: neither finds the other. Nobody writes to the bot of an incoming webhook, whose name is its room's own business.
   * `end`: the last that was looked at; undefined where none is left.
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
    const [looked] = (
      await sql<{ count: number; last: string }>`
        select count(*) as count, max(username_key) as last from (${keys}) as keys`.execute(db)
    ).rows
    return { rows, end: looked && Number(looked.count) === most.rows ? looked.last : undefined }
  },
})

const insertGrams = insertMany<{ gram: string; username_key: string }>(
  'user_grams',
  { gram: 'text', username_key: 'text' },
  sql`on conflict do nothing`,
)

/** What somebody is found by. */
type Found = Pick<UserRow, 'username_key' | 'names_key'>

export const userSearchStore = (db: Kysely<Tables>) => ({
  ...searching(db),

  /** Lets somebody be found by their new names, and no more by those before. */
  putNames: async (before: Found | undefined, after: Found): Promise<void> => {
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
