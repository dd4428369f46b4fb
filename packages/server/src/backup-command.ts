import { join } from 'node:path'
import { type Config, ConfigError, readConfig } from './config.ts'
import { BackupError, backUp, beginPostgresEpoch, restore } from './storage/backup.ts'

/**
 * Runs `parley backup FILE` or `parley restore FILE`, with the options of the server, and prints a sentence to stdout.
 * Resolves with false, having done nothing, if the first word is neither, otherwise with true. On PostgreSQL it refuses
 * `backup`, and `restore`, which then takes no file, only begins a new epoch. Rejects with ConfigError for wrong words
 * or options and, in place of BackupError, for a failed backup or restore; with other errors as they are, such as
 * DatabaseRefused for a data folder that cannot be used.
 */
export async function runBackupCommand(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<boolean> {
  const [command, ...rest] = words
  if (command !== 'backup' && command !== 'restore') return false
  const file = rest[0]?.startsWith('--') ? undefined : rest[0]
  const config = readConfig(file === undefined ? rest : rest.slice(1), environment)
  const work = config.databaseUrl === undefined ? onSqlite : onPostgres
  try {
    process.stdout.write(`${await work(command, file, config)}\n`)
  } catch (error) {
    // The command prints it as one sentence, like every mistake in the configuration.
    throw error instanceof BackupError ? new ConfigError(error.message) : error
  }
  return true
}

type Work = (command: 'backup' | 'restore', file: string | undefined, config: Config) => Promise<string>

const onSqlite: Work = async (command, file, { dataDir }) => {
  if (file === undefined) throw new ConfigError(`Say which file: parley ${command} FILE`)
  const database = join(dataDir, 'parley.db')
  if (command === 'backup') {
    backUp(database, file)
    return `The backup is in ${file}.`
  }
  const replaced = restore(file, database)
  return `${file} is restored.${replaced === undefined ? '' : ` What was there before is in ${replaced}.`}`
}

const onPostgres: Work = async (command, file, { databaseUrl = '' }) => {
  if (command === 'backup') throw new ConfigError('Back PostgreSQL up with its own tools, such as pg_dump.')
  if (file !== undefined) {
    throw new ConfigError('Restore PostgreSQL with its own tools first; then parley restore, without a file.')
  }
  await beginPostgresEpoch(databaseUrl)
  return 'The database has a new epoch: clients will start anew instead of mixing two histories.'
}
