import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allSnippets } from './snippets.ts'

const root = join(import.meta.dirname, '../..')

/*
 * Each block of code in the README and the guides is run or compiled by a test, or is here with the reason why not. A new
 * block makes this test fail until it has its place.
 */

/** The number of blocks of a language in a page, and the tests that run them, or the reason why none does. */
type Claims = Record<string, [count: number, by: string]>

const install = 'commands of npm: `.ci/run` and the tests of the packages run them'

const claims: Record<string, Claims> = {
  'README.md': {
    '': [4, `guide/readme.test.ts runs the requests with curl; ${install}`],
    ts: [3, 'packages/guide-snippets.ts compiles those of "Put it in your app", guide/readme.test.ts runs the other'],
    tsx: [1, 'browser/host/guides.test.ts'],
    html: [1, 'browser/host/guides.test.ts: the tag is that of script-tag.md'],
  },
  'docs/guide/administration.md': {
    js: [2, 'guide/administration.test.ts'],
    tsx: [1, 'packages/guide-snippets.ts compiles it; browser/administration.test.ts opens the page of the app'],
  },
  'docs/guide/backend.md': { sh: [8, 'guide/backend.test.ts; guide/commands.test.ts'] },
  'docs/guide/bots.md': { sh: [4, 'guide/bots.test.ts; guide/commands.test.ts'], js: [1, 'guide/bots.test.ts'] },
  'docs/guide/express.md': {
    '': [1, install],
    ts: [2, 'packages/guide-snippets.ts; the example for Express'],
    tsx: [1, 'browser/host/guides.test.ts'],
  },
  'docs/guide/moving-from-socket-io.md': { ts: [2, 'packages/guide-snippets.ts'] },
  'docs/guide/nest.md': { ts: [3, 'packages/guide-snippets.ts'] },
  'docs/guide/react.md': {
    tsx: [4, 'browser/host/guides.test.ts'],
    css: [2, 'browser/host/guides.test.ts'],
    ts: [1, 'browser/host/vite-development.test.ts'],
  },
  'docs/guide/script-tag.md': { js: [1, 'browser/host/guides.test.ts'], html: [4, 'browser/host/guides.test.ts'] },
  'docs/guide/webhooks.md': {
    '': [4, 'the command `parley webhook` has tests of its own; an HTTP request and its headers'],
    js: [2, 'webhooks/guide.test.ts'],
    ts: [1, 'guide/administration.test.ts'],
  },
  'docs/guide/your-own-users.md': {
    sh: [2, 'settings of the server: guide/your-own-users.test.ts starts it with them'],
    js: [2, 'guide/your-own-users.test.ts'],
    python: [1, 'guide/your-own-users.test.ts'],
    php: [1, 'guide/your-own-users.test.ts, where it is installed'],
    go: [1, 'guide/your-own-users.test.ts, where it is installed'],
    ruby: [1, 'guide/your-own-users.test.ts, where it is installed'],
    java: [1, 'guide/your-own-users.test.ts, where it is installed'],
  },
  'docs/guide/your-server-side.md': { ts: [10, 'guide/snippets.test.ts'] },
  'packages/client/README.md': { ts: [1, 'guide/readme.test.ts'] },
  'packages/protocol/README.md': { ts: [1, 'guide/readme.test.ts'] },
  'packages/react/README.md': { tsx: [1, 'browser/host/guides.test.ts'] },
  'packages/server/README.md': { '': [1, install], ts: [1, 'guide/readme.test.ts'] },
}

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs/guide')).map((name) => `docs/guide/${name}`),
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
]

test.each(pages)('each block of code in %s is run by a test, or it is known why not', (page) => {
  const counts: Record<string, number> = {}
  for (const { language } of allSnippets(page)) counts[language] = (counts[language] ?? 0) + 1
  const claimed = Object.entries(claims[page] ?? {}).map(([language, [count]]) => [language, count])
  expect(counts).toEqual(Object.fromEntries(claimed))
})
