import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, DatabaseRefused } from './storage/database.ts'
import { folderRefusal } from './storage/folder-lock.ts'
import { metaStore } from './storage/meta-store.ts'

/** The same minimum as for a secret in the options. */
const shortestSecret = 32

/**
 * Reads the stored secret that signs access tokens; makes and stores it first if there is none. It lies in a file of
 * the data folder or, on PostgreSQL, in the database, where all nodes find the same one. Rejects with DatabaseRefused
 * if the folder cannot be used or the file has fewer than 32 characters, and with other errors of file or database as
 * they are.
 */
export async function keptTokenSecret(dataDir: string, database: Database): Promise<string> {
  const made = randomBytes(32).toString('base64url')
  return database.engine === 'postgres'
    ? metaStore(database.write).keepFirst('token-secret', made)
    : inFile(dataDir, made)
}

/** Reads the secret from its file, or writes this one into a file that only its owner can read. */
function inFile(dataDir: string, secret: string): string {
  const file = join(dataDir, 'token-secret')
  try {
    if (existsSync(file)) return checked(readFileSync(file, 'utf8').trim(), file)
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' })
    return secret
  } catch (error) {
    throw folderRefusal(`data folder ${dataDir}`, 'DATA_DIR', error)
  }
}

/** Throws DatabaseRefused for a secret that is too short: a full disk may have left an empty file. */
function checked(secret: string, file: string): string {
  if (secret.length >= shortestSecret) return secret
  throw new DatabaseRefused(
    `The secret in ${file} is too short: it has ${shortestSecret} characters or more. Bring the file back from a backup, or delete it: then everybody signs in anew.`,
  )
}
