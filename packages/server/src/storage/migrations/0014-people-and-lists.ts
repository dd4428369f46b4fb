import { comparableName } from '@parley/protocol/features/name-rules'
import { type Kysely, sql } from 'kysely'

interface Tables {
  users: { id: string; username: string; username_key: string; display_name: string; names_key: string }
  user_grams: { gram: string; username_key: string }
}

const atOnce = 500

/**
 * Makes the index of names and fills it for the present users, adds whether users appear offline (0) and which invited
 * users of a conversation have its settings (`invited_told`, null), and makes indexes for lists. `user-table.ts` and
 * `conversation-table.ts` say what each column means. `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  await db.schema
    .alterTable('users')
    .addColumn('names_key', text, (c) => c.notNull().defaultTo(''))
    .execute()
  await db.schema
    .alterTable('users')
    .addColumn('appears_offline', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema
    .createTable('user_grams')
    .addColumn('gram', text, (c) => c.notNull())
    .addColumn('username_key', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('user_grams_pk', ['gram', 'username_key'])
    .modifyEnd(engine === 'sqlite' ? sql`without rowid` : sql``)
    .execute()
  await fill(db as Kysely<Tables>)

  await db.schema.alterTable('conversations').addColumn('invited_told', text).execute()
  await sql`create index conversations_untold on conversations (id) where invited_told is not null`.execute(db)

  await db.schema.dropIndex('conversations_public').execute()
  await sql`create index conversations_public on conversations (id) where visibility = 'public'`.execute(db)
  await sql`create index sessions_revoked on sessions (revoked_at) where revoked_at is not null`.execute(db)
  await sql`create index sessions_expired on sessions (expires_at) where revoked_at is null`.execute(db)
}

async function fill(db: Kysely<Tables>): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('users')
      .select(['id', 'username', 'username_key', 'display_name'])
      .where('username_key', '>', after)
      .orderBy('username_key')
      .limit(atOnce)
      .execute()
    for (const { id, username, username_key, display_name } of rows) {
      const names_key = `${comparableName(username)}\n${comparableName(display_name)}`
      await db.updateTable('users').set({ names_key }).where('id', '=', id).execute()
      const grams = gramsOf(names_key).map((gram) => ({ gram, username_key }))
      if (grams.length > 0) await db.insertInto('user_grams').values(grams).execute()
    }
    const last = rows.at(-1)
    if (!last) return
    after = last.username_key
  }
}

function gramsOf(namesKey: string): string[] {
  const grams = namesKey.split('\n').flatMap((name) => {
    const letters = [...name]
    return letters.slice(2).map((_, at) => letters.slice(at, at + 3).join(''))
  })
  return [...new Set(grams)]
}
