import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { lineCount } from '../layout/source-file.ts'

const root = join(import.meta.dirname, '../..')
const program = fileURLToPath(new URL('./one-send.ts', import.meta.url))
const most = { files: 24, lines: 2_200 }
/** Of functions that come from a cache it is not known when they were called. */
const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' }

/** The files of the section, by their paths from the root of the repository or from the sources of the server. */
function listed(): string[] {
  const [, section = ''] = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split(/^## The way of one message$/m)
  const [own = ''] = section.split(/^## /m)
  const paths = [...own.matchAll(/^(?:\d+\.|-) `([^`]+\.ts)`/gm)].map(([, path = '']) => path)
  return paths.map((path) => (path.startsWith('packages/') ? path : `packages/server/src/${path}`))
}

test('a send in a running server executes the files that ARCHITECTURE.md lists, and no more than may be read', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env })
  const executed = JSON.parse(stdout) as string[]
  const lines = executed.map((path) => lineCount({ path, text: readFileSync(join(root, path), 'utf8') }))
  const total = lines.reduce((sum, each) => sum + each, 0)
  console.table({ files: executed.length, lines: total })
  expect(executed).toEqual(listed().sort())
  expect(executed.length).toBeLessThanOrEqual(most.files)
  expect(total).toBeLessThanOrEqual(most.lines)
})
