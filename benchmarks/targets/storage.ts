import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { type Database, openDatabase } from '../../packages/server/src/storage/database.ts'
import { startPostgres } from '../../tests/services/postgres-cluster.ts'
import { startRedis } from '../../tests/services/redis-server.ts'

/** The storage of the nodes of one target. */
export interface Storage {
  /** The flags of the server to use it. */
  flags: readonly string[]
  /** The processes of its services. */
  pids: readonly number[]
  /** Opens the database as the server does; only while no node runs. */
  open(): Promise<Database>
  dispose(): Promise<void>
}

export interface SqliteStorage extends Storage {
  file: string
  /** Deletes all data; only while no node runs. */
  clear(): Promise<void>
}

const log = pino({ level: 'warn' })
const newFolder = () => mkdtemp(join(tmpdir(), 'parley-benchmark-'))
const remove = (folder: string) => rm(folder, { recursive: true, force: true })

/** One SQLite file in a folder of its own. */
export const sqliteStorage = async (): Promise<SqliteStorage> => {
  const folder = await newFolder()
  const dataDir = join(folder, 'data')
  return {
    file: join(dataDir, 'parley.db'),
    flags: ['--data-dir', dataDir],
    pids: [],
    open: () => openDatabase({ dataDir, log }),
    clear: () => remove(dataDir),
    dispose: () => remove(folder),
  }
}

/** A new PostgreSQL that waits for the disk at each commit; on one core, if given. */
export const postgresStorage = async (core?: number): Promise<Storage> => {
  const dataDir = await newFolder()
  const cluster = await startPostgres({ durable: true, core, settings: { shared_buffers: '256MB' } })
  const databaseUrl = cluster.url()
  return {
    flags: ['--data-dir', dataDir, '--database-url', databaseUrl],
    pids: [cluster.pid()],
    open: () => openDatabase({ dataDir, databaseUrl, log }),
    dispose: async () => {
      await cluster.dispose()
      await remove(dataDir)
    },
  }
}

/** The same with a Redis for several nodes, all without a core of their own. */
export const sharedStorage = async (): Promise<Storage> => {
  const [postgres, redis] = [await postgresStorage(), await startRedis()]
  return {
    flags: [...postgres.flags, '--redis-url', redis.url],
    pids: [...postgres.pids, redis.pid()],
    open: postgres.open,
    dispose: async () => {
      await redis.dispose()
      await postgres.dispose()
    },
  }
}
