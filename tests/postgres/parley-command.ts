import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { topology } from '@parley/server/testing/topology'
import { afterAll, beforeAll } from 'vitest'

const run = promisify(execFile)
const bin = new URL('../../packages/server/src/bin.js', import.meta.url).pathname

/** Runs `parley` with these arguments; resolves with both of its outputs, and rejects if it fails. */
export const runParley = (...words: string[]) => run(process.execPath, [bin, ...words])

/**
 * Makes a data folder for the tests of a file, and a `parley` that runs the command on the database of that folder.
 * Removes both after the tests.
 *
 * @example
 * const { dataDir, parley } = commandsOnOneDatabase()
 * test('…', async () => expect((await parley('key', 'list')).stdout).toContain('good'))
 */
export function commandsOnOneDatabase() {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  })
  afterAll(async () => {
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  const parley = async (...words: string[]) => {
    const { databaseUrl = '' } = await topology().optionsFor(dataDir)
    return runParley(...words, '--database-url', databaseUrl)
  }
  return { dataDir: () => dataDir, parley }
}
