import { mkdtemp, open, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { topology } from '../testing/topology.ts'
import { withDatabase } from './command-database.ts'
import { DatabaseRefused } from './database.ts'
import { openSqlite } from './sqlite/sqlite.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
})
afterEach(async () => {
  await topology().dispose(dataDir)
  await rm(dataDir, { recursive: true, force: true })
})

test('a command that refuses its work is not reported as a database that cannot be used', async () => {
  const { databaseUrl } = await topology().optionsFor(dataDir)
  const refusal = Object.assign(new Error('There is no such bot.'), { code: 'not_found' })
  const refused = withDatabase({ dataDir, databaseUrl }, () => Promise.reject(refusal))
  await expect(refused).rejects.toBe(refusal)
})

test('a connection that fails without a code is a database that cannot be used', async () => {
  const withoutTls = createServer((socket) => socket.on('data', () => socket.write('N')))
  await new Promise<void>((resolve) => withoutTls.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void withoutTls.close())
  const { port } = withoutTls.address() as { port: number }
  const databaseUrl = `postgres://parley@127.0.0.1:${port}/parley?sslmode=require`
  const refused = withDatabase({ dataDir, databaseUrl }, async () => {})
  await expect(refused).rejects.toThrow(DatabaseRefused)
  await expect(refused).rejects.toThrow(/^The database cannot be used: .+ DATABASE_URL/)
})

test('on SQLite a full disk is reported as that, and room on it again is used', async () => {
  const fill = () =>
    withDatabase({ dataDir }, async (db) => {
      // SQLite takes a file that may not grow for one on a full disk, and then rolls back by itself.
      await sql`pragma max_page_count = 1`.execute(db)
      await db
        .insertInto('meta')
        .values({ key: 'large', value: 'x'.repeat(1_000_000) })
        .execute()
    })
  await expect(fill()).rejects.toThrow(DatabaseRefused)
  await expect(fill()).rejects.toThrow(/disk is full/)
  await expect(withDatabase({ dataDir }, async () => 'written')).resolves.toBe('written')
})

test('on SQLite a damaged database is reported in one sentence', async () => {
  const file = join(dataDir, 'parley.db')
  await (await openSqlite(file)).close()
  const database = await open(file, 'r+')
  await database.write(Buffer.alloc(4_096, 'x'))
  await database.close()
  const refused = withDatabase({ dataDir }, async () => {})
  await expect(refused).rejects.toThrow(DatabaseRefused)
  await expect(refused).rejects.toThrow(/parley.db is damaged, or no database. Bring a backup back/)
})
