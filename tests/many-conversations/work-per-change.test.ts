import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('./count-work.ts', import.meta.url))
/** Of functions that come from a cache it is not known when they were called. */
const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' }

test('with 10,000 conversations a change executes what it executes with 100', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env })
  const { few, many } = JSON.parse(stdout) as Record<'few' | 'many', Record<string, number>>
  const ratios = Object.fromEntries(Object.entries(few).map(([name, count]) => [name, (many[name] ?? 0) / count]))
  console.table(Object.fromEntries(Object.keys(few).map((name) => [name, { few: few[name], many: many[name] }])))
  expect(Object.keys(ratios).length).toBeGreaterThan(5)
  for (const [name, ratio] of Object.entries(ratios)) {
    // Two steps of a search for each doubling, and the branches of a tree: a hundredfold account is far from that.
    expect(ratio, name).toBeLessThan(2)
  }
})
