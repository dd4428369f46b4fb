import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlite } from './storage/sqlite/sqlite.ts'

const run = promisify(execFile)
const bin = new URL('./bin.js', import.meta.url).pathname

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  await (await openSqlite(join(dataDir, 'parley.db'))).close()
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const parley = (...words: string[]) => run(process.execPath, [bin, ...words, '--data-dir', dataDir])

test('parley backup and parley restore report in one sentence what they did', async () => {
  const copy = join(dataDir, 'copy.db')
  expect((await parley('backup', copy)).stdout).toBe(`The backup is in ${copy}.\n`)
  expect((await parley('restore', copy)).stdout).toMatch(/is restored. What was there before is in .+\.\n$/)
})

test('mistakes are reported in one sentence, with an exit code', async () => {
  const failing = (stderr: string) => ({ code: 1, stderr: `${stderr}\n` })
  const copy = join(dataDir, 'copy.db')
  await expect(parley('backup')).rejects.toMatchObject(failing('Say which file: parley backup FILE'))
  await expect(parley('restore', copy)).rejects.toMatchObject(failing(`There is no file ${copy}.`))
})
