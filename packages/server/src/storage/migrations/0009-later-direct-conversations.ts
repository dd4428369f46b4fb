import { type Kysely, sql } from 'kysely'

/**
 * Adds `direct_later` to conversations, and sets it in direct ones whose people had another one before them;
 * `conversation-table.ts` says what for. `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  await db.schema
    .alterTable('conversations')
    .addColumn('direct_later', 'smallint', (c) => c.notNull().defaultTo(0))
    .execute()
  // A key is `["ana","bo"]`, or `["ana","bo","#job-7"]` with a subject. The part before `,"#` or `]` names the users.
  const about = engine === 'postgres' ? sql`strpos(direct_key, ',"#')` : sql`instr(direct_key, ',"#')`
  const people = sql`substr(direct_key, 1, case when ${about} > 0 then ${about} else length(direct_key) end - 1)`
  await sql`update conversations set direct_later = 1 where id in (
    select id from (
      select id, row_number() over (partition by ${people} order by created_at, id) as place
      from conversations where direct_key is not null
    ) as placed where place > 1
  )`.execute(db)
}
