import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { expect, test } from 'vitest'
import { webRoot } from './built-web-app.ts'

/* What a page loads before it shows anything, in bytes as they are sent with gzip. */

const compressed = async (file: string) => gzipSync(await readFile(join(webRoot, file)), { level: 9 }).length

const staticImport = /(?:\bfrom|\bimport)\s*"\.\/([\w.-]+\.js)"/g

/** The scripts that a script needs before it runs, with itself. */
async function withImports(file: string, known = new Set<string>()): Promise<Set<string>> {
  if (known.has(file)) return known
  known.add(file)
  for (const [, name] of (await readFile(join(webRoot, file), 'utf8')).matchAll(staticImport)) {
    await withImports(`assets/${name}`, known)
  }
  return known
}

async function filesOf(page: string, ending: string): Promise<string[]> {
  const html = await readFile(join(webRoot, page), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file = '']) => file)
  return named.filter((file) => file.endsWith(ending))
}

async function initialScripts(page: string): Promise<number> {
  const known = new Set<string>()
  for (const file of await filesOf(page, '.js')) await withImports(file, known)
  const sizes = await Promise.all([...known].map(compressed))
  return sizes.reduce((sum, size) => sum + size, 0)
}

test.each([
  ['index.html', 95_000],
  ['embed.html', 95_000],
])(
  '%s loads at most %i bytes of scripts before it shows anything, and at most 15,000 of styles',
  async (page, most) => {
    expect(await initialScripts(page)).toBeLessThanOrEqual(most)
    const [styles = ''] = await filesOf(page, '.css')
    expect(await compressed(styles)).toBeLessThanOrEqual(15_000)
  },
)

test('the SDK is at most 25,610 bytes', async () => {
  const made = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: join(import.meta.dirname, '../../packages/client/src/index.ts'),
        preserveEntrySignatures: 'strict',
      },
    },
  })
  const [sdk] = (Array.isArray(made) ? made : [made]).flatMap((result) => ('output' in result ? result.output : []))
  const code = sdk?.type === 'chunk' ? sdk.code : ''
  expect(code).toContain('EIO=4')
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(25_610)
})

test('the script for host pages is a single one of at most 3,000 bytes, and defines no global names', async () => {
  const code = await readFile(join(webRoot, 'embed.js'), 'utf8')
  expect(await compressed('embed.js')).toBeLessThanOrEqual(3_000)
  expect(code).toMatch(/^\(\(\)=>\{[\s\S]*\}\)\(\);\n$/)
  expect(code).not.toMatch(/\bimport\b|\bexport\b/)
})

test('M5: every large script and style exists in both compressed forms', async () => {
  const files = (await readdir(webRoot, { recursive: true })).filter((file) => /\.(js|css)$/.test(file))
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) {
    const plain = (await stat(join(webRoot, file))).size
    if (plain < 500) continue
    for (const ending of ['br', 'gz']) expect((await stat(join(webRoot, `${file}.${ending}`))).size).toBeLessThan(plain)
  }
})
