import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from './storage/database.ts'
import { metaStore } from './storage/meta-store.ts'

/** The secret that signs access tokens, made at the first start. All nodes of one PostgreSQL database find the same. */
export async function keptTokenSecret(dataDir: string, database: Database): Promise<string> {
  const made = randomBytes(32).toString('base64url')
  return database.engine === 'postgres' ? metaStore(database.write).kept('token-secret', made) : inFile(dataDir, made)
}

/** Readable by its owner alone. */
function inFile(dataDir: string, secret: string): string {
  const file = join(dataDir, 'token-secret')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' })
  return secret
}
