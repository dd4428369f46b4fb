import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { defects } from './defects.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'parley-defects-'))
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Copies the client and the simulator into a folder in which the client can be changed. */
function copyOf(name: string): string {
  const copy = join(folder, name)
  for (const part of [join('packages', 'client', 'src'), join('tests', 'simulator'), 'package.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  return copy
}

/** The output of the simulator for the client in a copy. */
async function verdictOn(copy: string, { from = 1, seeds = 3_000 } = {}): Promise<string> {
  const program = join(copy, 'tests', 'simulator', 'simulate.ts')
  const args = [program, '--from', String(from), '--seeds', String(seeds), '--first']
  try {
    return (await promisify(execFile)(process.execPath, args)).stdout
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

test('the simulator finds nothing in the client as it is', async () => {
  expect(await verdictOn(copyOf('whole'), { seeds: 100 })).toMatch(/^100 histories .* 0 went wrong$/m)
})

test.each(defects)('the simulator finds it when $name', async ({ name, file, from, to, firstSeed }) => {
  const copy = copyOf(name.replaceAll(/\W/g, '-'))
  const path = join(copy, 'packages', 'client', 'src', file)
  const text = readFileSync(path, 'utf8')
  expect(text.split(from), `${file} has changed: bring the defect up to date`).toHaveLength(2)
  writeFileSync(
    path,
    text.replace(from, () => to),
  )
  expect(await verdictOn(copy, { from: firstSeed })).toMatch(/--seed \d+ /)
})
