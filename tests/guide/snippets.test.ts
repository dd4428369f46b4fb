import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** What a guide shows, in its order: together it is one program. */
async function programOf(guide: string): Promise<string> {
  const text = await readFile(join(root, 'docs/guide', guide), 'utf8')
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, snippet = '']) => snippet).join('\n')
}

test.each(['your-server-side.md'])('the snippets of %s run without changes', async (guide) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-guide-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const file = join(folder, 'guide.mts')
  const program = await programOf(guide)
  expect(program.length).toBeGreaterThan(0)
  await writeFile(file, program)
  const { stderr } = await promisify(execFile)(process.execPath, [file], { cwd: folder })
  expect(stderr).toBe('')
})
