import { type Kysely, sql } from 'kysely'

/**
 * Makes the tables of jobs, their lines, and webhook endpoints that are off, empty; `job-table.ts` and
 * `webhook-table.ts` say what each column means. `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  const isPostgres = engine === 'postgres'
  const text = isPostgres ? sql`text collate "C"` : 'text'
  const clustered = isPostgres ? sql`` : sql`without rowid`
  await db.schema
    .createTable('jobs')
    .addColumn('place', isPostgres ? 'bigint' : 'integer', (c) =>
      isPostgres ? c.primaryKey().generatedAlwaysAsIdentity() : c.primaryKey().autoIncrement(),
    )
    .addColumn('id', text, (c) => c.notNull().unique())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('line', text, (c) => c.notNull())
    .addColumn('about', text)
    .addColumn('payload', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull().defaultTo('waiting'))
    .addColumn('tries', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('note', text, (c) => c.notNull().defaultTo(''))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('settled_at', 'bigint')
    .execute()
  await db.schema
    .createIndex('jobs_in_line')
    .on('jobs')
    .columns(['line', 'place'])
    .where(sql.ref('state'), '=', sql.lit('waiting'))
    .execute()
  await db.schema.createIndex('jobs_in_state').on('jobs').columns(['kind', 'state', 'place']).execute()
  await db.schema.createIndex('jobs_about').on('jobs').column('about').where(sql.ref('about'), 'is not', null).execute()

  await db.schema
    .createTable('job_lines')
    .addColumn('line', text, (c) => c.primaryKey())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('lease', text)
    .modifyEnd(clustered)
    .execute()
  await db.schema.createIndex('job_lines_due').on('job_lines').columns(['kind', 'due_at']).execute()

  await db.schema
    .createTable('webhook_endpoints')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('disabled_at', 'bigint', (c) => c.notNull())
    .addColumn('because', text, (c) => c.notNull())
    .modifyEnd(clustered)
    .execute()
}
