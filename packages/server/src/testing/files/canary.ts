import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openTestDatabase } from '../test-database.ts'

/* Looks for a word that must not be anywhere any more, in capital or small letters. */

const isIn = (bytes: Buffer | string, word: string) =>
  bytes.toString('latin1').toLowerCase().includes(word.toLowerCase())

/**
 * Resolves with the names of those tables of the database that have the word in any row, in capital or small letters.
 */
export async function tablesWith(dataDir: string, word: string): Promise<string[]> {
  const database = await openTestDatabase(dataDir)
  try {
    const found: string[] = []
    for (const { name } of await database.read.introspection.getTables()) {
      const rows = await database.read
        .selectFrom(name as 'users')
        .selectAll()
        .execute()
      if (isIn(JSON.stringify(rows), word)) found.push(name)
    }
    return found
  } finally {
    await database.close()
  }
}

/**
 * Resolves with the paths of those files of the data folder that have the word in their bytes, in capital or small
 * letters; the database of SQLite and its log are among the files.
 */
export async function filesWith(dataDir: string, word: string): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const contents = await Promise.all(files.map(async (file) => ({ file, bytes: await readFile(file) })))
  return contents.flatMap(({ file, bytes }) => (isIn(bytes, word) ? file : []))
}
