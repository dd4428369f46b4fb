import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { defects } from './defects.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'parley-fuzz-defects-'))
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
afterAll(() => rmSync(folder, { recursive: true }))

const parts = [
  'packages/server/src',
  'packages/server/package.json',
  'packages/protocol/src',
  'tests/fuzz',
  'tests/faults/rig',
  'benchmarks',
  'package.json',
]

/** Copies the server and the fuzzer into a folder in which the server can be changed. */
function copyOf(name: string): string {
  const copy = join(folder, name)
  for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true })
  return copy
}

/** The output of the fuzzer for the server in a copy. */
async function verdictOn(copy: string): Promise<string> {
  const args = [join(copy, 'tests', 'fuzz', 'fuzz.ts'), '--seed', '1', '--packets', '50000', '--first']
  try {
    return (await promisify(execFile)(process.execPath, args)).stdout
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

test.each(defects)('the fuzzer finds it when $name', async ({ name, file, from, to, found }) => {
  const copy = copyOf(name.replaceAll(/\W/g, '-'))
  const path = join(copy, 'packages', 'server', 'src', file)
  const text = readFileSync(path, 'utf8')
  expect(text.split(from), `${file} has changed: bring the defect up to date`).toHaveLength(2)
  writeFileSync(
    path,
    text.replace(from, () => to),
  )
  const verdict = await verdictOn(copy)
  expect(verdict).toMatch(/npm run test:fuzz -- --seed \d /)
  expect(verdict).toMatch(found)
})
