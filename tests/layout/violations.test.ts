import { expect, test } from 'vitest'
import { footprintOf } from './footprint-rules.ts'
import { completed, lockfileViolations } from './lockfile.ts'
import { importsOf, type SourceFile } from './source-file.ts'
import { violations } from './violations.ts'

const features = ['messages', 'receipts']
const names = ['message.send', 'message.created', 'receipt.read']
const story = ['# Architecture', '## The way of one message', '1. `packages/server/src/core/run.ts` checks']

const featureFiles = features.flatMap((feature) => [
  `packages/protocol/src/features/${feature}.ts`,
  `packages/server/src/features/${feature}/${feature}.ts`,
  `packages/client/src/${feature}.ts`,
])

/** A repository that keeps every rule. */
const sound: SourceFile[] = [
  ...featureFiles.map((path) => ({ path, text: '' })),
  { path: 'ARCHITECTURE.md', text: story.join('\n') },
  { path: 'packages/server/src/core/run.ts', text: '' },
]

/** What is wrong with the sound repository once these files are added or replaced. */
const wrongWith = (...added: SourceFile[]) => {
  const paths = added.map(({ path }) => path)
  return violations([...sound.filter(({ path }) => !paths.includes(path)), ...added], { features, names })
}

const file = (path: string, ...lines: string[]): SourceFile => ({ path, text: `${lines.join('\n')}\n` })
const long = (path: string, lines: number) => file(path, ...Array.from({ length: lines }, (_, line) => `// ${line}`))
const inServer = (path: string, ...lines: string[]) => file(`packages/server/src/${path}`, ...lines)
const inReact = (path: string, ...lines: string[]) => file(`packages/react/src/${path}`, ...lines)

test('a sound repository has no violations', () => {
  expect(wrongWith()).toEqual([])
})

test.each<[string, SourceFile, RegExp]>([
  ['protocol imports more than zod', file('packages/protocol/src/a.ts', "import { v7 } from 'uuid'"), /zod alone/],
  [
    'protocol imports the server',
    file('packages/protocol/src/a.ts', "import { x } from '@parley/server'"),
    /zod alone/,
  ],
  [
    'the client imports the server',
    file('packages/client/src/a.ts', "import '@parley/server'"),
    /@parley\/protocol alone/,
  ],
  [
    'the client reaches for it by path',
    file('packages/client/src/a.ts', "export { x } from '../../server/src/server.ts'"),
    /by its name/,
  ],
  ['the client uses Node', file('packages/client/src/a.ts', "const fs = await import('node:fs')"), /browsers/],
  [
    'react imports the server',
    file('packages/react/src/ui/a.tsx', "import type { X } from '@parley/server'"),
    /client/,
  ],
  [
    'an app imports the protocol',
    file('apps/web/src/a.ts', "import { limits } from '@parley/protocol'"),
    /@parley\/react/,
  ],
  [
    'core imports a feature',
    inServer('core/a.ts', 'import {', '  messages,', "} from '../features/messages/messages.ts'"),
    /only the list of features/,
  ],
  [
    'core imports a store as a value',
    inServer('core/a.ts', "import { messageStore } from '../features/messages/message-store.ts'"),
    /only the list of features/,
  ],
  [
    'the cluster imports a store as a value',
    inServer('cluster/order/a.ts', "import { messageStore } from '../../features/messages/message-store.ts'"),
    /only the list of features/,
  ],
  [
    'core imports the type of a connection from the sockets',
    inServer('core/a.ts', "import type { Connections } from '../sockets/connections.ts'"),
    /core stands below/,
  ],
  [
    'core imports a value of auth',
    inServer('core/a.ts', "import { createTokens } from '../auth/tokens.ts'"),
    /core stands below/,
  ],
  [
    'the cluster imports the sockets',
    inServer('cluster/order/a.ts', "import type { Socket } from '../../sockets/native-socket.ts'"),
    /how a client is connected/,
  ],
  [
    'a file that imports itself through another',
    inServer('core/run.ts', "import { b } from './run.ts'"),
    /a circle of imports: packages\/server\/src\/core\/run.ts → packages\/server\/src\/core\/run.ts/,
  ],
  [
    'a feature imports the handlers of another',
    inServer('features/receipts/a.ts', "import { messages } from '../messages/messages.ts'"),
    /never its handlers/,
  ],
  [
    'a hook imports a headless part',
    inReact('messages/use-a.ts', "import { b } from '../headless/b.ts'"),
    /no component/,
  ],
  [
    'a hook imports the type of a component',
    inReact('ui/use-a.ts', "import type { B } from './b.tsx'"),
    /no component/,
  ],
  ['a hook imports the entry of all', inReact('hooks/index.ts', "export * from '../index.ts'"), /no component/],
  ['a hook imports the entry of a feature', inReact('typing/use-a.ts', "import '../users/index.ts'"), /no component/],
  ['a headless part imports looks', inReact('headless/a.tsx', "import { B } from '../ui/b.tsx'"), /no looks/],
  ['a headless part imports words', inReact('headless/use-a.ts', "import { b } from '../texts/b.ts'"), /no words/],
  ['a headless part names a class', inReact('headless/a.tsx', "<div className='parley-row'>"), /no looks/],
  ['a component with words between tags', inReact('ui/a.tsx', '  return <p>Nobody found.</p>'), /texts/],
  ['a component with a line of words', inReact('ui/a.tsx', '  <p>', '    Nobody found here.', '  </p>'), /texts/],
  ['a component with a label', inReact('ui/a.tsx', '  <IconButton label="Close" />'), /texts/],
  ['a component with a label in braces', inReact('ui/a.tsx', "  <ul aria-label={'Rooms'} />"), /texts/],
  ['a component finds its elements in the document', inReact('ui/a.tsx', "document.querySelector('p')"), /a ref/],
  ['a handler imports Kysely', inServer('features/messages/a.ts', "import { sql } from 'kysely'"), /SQL belongs/],
  ['core imports Kysely', inServer('core/a.ts', "import type { Kysely } from 'kysely'"), /SQL belongs/],
  ['auth opens a database', inServer('auth/a.ts', "import Database from 'node:sqlite'"), /opened in storage/],
  ['a feature imports Socket.IO', inServer('features/messages/a.ts', "import { Server } from 'socket.io'"), /sockets/],
  [
    'a dialect imports the core',
    inServer('dialects/rooms/a.ts', "import { x } from '../../core/run.ts'"),
    /dialect is pure/,
  ],
  [
    'the cache of the SDK imports a feature',
    file('packages/client/src/cache/a.ts', "import { x } from '../messages/message-rows.ts'"),
    /names features in its list alone/,
  ],
  [
    'the sync of the SDK imports the list',
    file('packages/client/src/sync/a.ts', "import { features } from '../features.ts'"),
    /names features in its list alone/,
  ],
  ['a dialect imports a package', inServer('dialects/rooms/a.ts', "import { z } from 'zod'"), /dialect is pure/],
  ['a file in camelCase', inServer('core/rateLimit.ts'), /kebab-case/],
  ['a folder in PascalCase', inServer('Core/limit.ts'), /kebab-case/],
  ['a name that says nothing', inServer('core/string-utils.ts'), /does not say/],
  ['a folder that says nothing', inServer('helpers/strings.ts'), /does not say/],
  ['a deep folder', inServer('features/messages/search/words.ts'), /folders deep/],
  ['a feature by another word', inServer('features/chats/chats.ts'), /"chats" is named after no feature/],
  ['a hook folder by another word', file('packages/react/src/channels/use-channel.ts'), /"channels" is named after no/],
  ['a long file', long('packages/server/src/core/a.ts', 401), /401 lines/],
  ['a long stylesheet', long('packages/react/src/styles/a.css', 401), /401 lines/],
  ['a default export', inServer('core/a.ts', 'export default function run() {}'), /exports have names/],
  ['a renamed default export', inServer('core/a.ts', 'export { run as default }'), /exports have names/],
  ['a script of somebody else', file('apps/web/index.html', '<script src="https://cdn.example.org/x.js">'), /run time/],
  ['a module of somebody else', inServer('core/a.ts', "const from = 'https://unpkg.com/react'"), /run time/],
  ['a font of somebody else', file('apps/web/src/a.css', '@import "https://fonts.googleapis.com/css"'), /run time/],
  ['a registry', file('docs/guide.md', ['npm i --registry https://registry', 'npmjs', 'org'].join('.')), /registry/],
  ['a deadline of its own', inServer('core/a.test.ts', 'test("a", { timeout: 5_000 }, run)'), /patience/],
  ['a deadline at the end', file('tests/flows/a.test.ts', "test('a', async () => {", '}, 60_000)'), /patience/],
  ['a deadline of a fixture', file('tests/browser/a.ts', 'context.setDefaultTimeout(20_000)'), /patience/],
  ['the real clock in a test', inServer('core/a.test.ts', 'const from = performance.now()'), /stops it/],
  ['unfinished work', inServer('core/a.ts', ['// TO', 'DO: later'].join('')), /is an issue/],
  [
    'a word that is not in the catalogue',
    inServer('sockets/a.ts', "socket.emit('message.sent')"),
    /not in the catalogue/,
  ],
  [
    'an event named by a component',
    file('packages/react/src/messages/a.tsx', "on('message.created')"),
    /only protocol/,
  ],
  ['an operation named by storage', inServer('storage/a.ts', "const name = 'message.send'"), /only protocol/],
  ['a story of no files', file('ARCHITECTURE.md', '## The way of one message', 'It is short.'), /lists no files/],
  ['a story without its heading', file('ARCHITECTURE.md', '# Architecture'), /has no heading/],
  ['a story of a lost file', file('ARCHITECTURE.md', ...story, '2. `core/gone.ts` stores it'), /does not exist/],
  ['a long way', long('packages/server/src/core/run.ts', 1_001), /way of one message has 1001 lines/],
  ['a lockfile with a hole', lockfile({}), /lacks @tool\/linux-x64/],
])('%s', (_, broken, complaint) => {
  const found = wrongWith(broken)
  expect(found).toEqual(expect.arrayContaining([expect.stringMatching(complaint)]))
})

test.each<[string, SourceFile]>([
  [
    'the type of a row in core',
    inServer('core/a.ts', "import type { Row } from '../features/messages/message-store.ts'"),
  ],
  [
    'the store of another feature',
    inServer('features/receipts/a.ts', "import { x } from '../messages/message-store.ts'"),
  ],
  ['a hook in a headless part', inReact('headless/a.tsx', "import { useB } from '../hooks/use-b.ts'")],
  [
    'a component of all layers',
    inReact('ui/a.tsx', "import { B } from './b.tsx'", "import { C } from '../headless/c.tsx'"),
  ],
  [
    'a component with words from texts/',
    inReact(
      'ui/a.tsx',
      '/** @example <p title="A">Hello</p> */',
      '  <p title={texts.a}>{texts.b}</p>',
      '  useState<User[]>([])',
    ),
  ],
  ['the entry of the components', inReact('index.ts', "export { A } from './ui/a.tsx'")],
  ['Kysely in a store', inServer('features/messages/message-store.ts', "import { sql } from 'kysely'")],
  ['Socket.IO in a socket server', inServer('sockets/a.ts', "import { Server } from 'socket.io'")],
  ['ws in the engine', inServer('engine/a.ts', "import { WebSocketServer } from 'ws'")],
  ['the server in a test of the client', file('packages/client/src/a.test.ts', "import '@parley/server/testing'")],
  [
    'an import that a comment shows',
    file('packages/client/src/a.ts', '/**', " * import { x } from '@parley/server'", ' */'),
  ],
  [
    'the sync of the SDK imports the cache',
    file('packages/client/src/sync/a.ts', "import { x } from '../cache/cache.ts'"),
  ],
  ['a default export of a config', file('apps/web/vite.config.ts', 'export default {}')],
  ['a long migration', long('packages/server/src/storage/migrations/0001-initial.ts', 500)],
  ['a name of the catalogue in a feature', inServer('features/messages/a.ts', "emit('message.created')")],
  ['a stopped clock', inServer('core/a.test.ts', 'stopClock()', 'const from = Date.now()')],
  ['a deadline from patience', file('tests/flows/a.test.ts', 'await expect.poll(isReady).toBe(true)')],
  ['a column that is no event', inServer('storage/a.ts', "where('users.id')")],
  ['a complete lockfile', lockfile({ 'node_modules/@tool/linux-x64': { version: '1.0.0' } })],
])('%s is fine', (_, good) => {
  expect(wrongWith(good)).toEqual([])
})

test('a feature that a package lacks is missed', () => {
  const without = sound.filter(({ path }) => path !== 'packages/client/src/receipts.ts')
  expect(violations(without, { features, names })).toEqual([
    expect.stringMatching('packages/client/src/receipts.ts or packages/client/src/receipts/receipts.ts is missing'),
  ])
})

test('a feature of the SDK is a file or a folder', () => {
  const without = sound.filter(({ path }) => path !== 'packages/client/src/receipts.ts')
  const inFolder = file('packages/client/src/receipts/receipts.ts')
  expect(violations([...without, inFolder], { features, names })).toEqual([])
})

test('a package of long files is noticed, even if none is too long', () => {
  const files = Array.from({ length: 20 }, (_, index) =>
    long(`packages/react/src/${index % 2 ? 'ui' : 'styles'}/part-${index}.tsx`, 210),
  )
  expect(wrongWith(...files)).toEqual([
    expect.stringMatching('packages/react: the median file has 210 lines'),
    expect.stringMatching('packages/react: a tenth of the files has 210 lines'),
  ])
})

test('a circle of types alone is fine, a circle of values is not', () => {
  const circle = (clause: string) =>
    wrongWith(
      inServer('core/a.ts', "import { b } from './b.ts'"),
      inServer('core/b.ts', `import ${clause} from './a.ts'`),
    )
  expect(circle('type { A }')).toEqual([])
  expect(circle('{ a }')).toEqual([expect.stringMatching(/core\/a.ts → .*core\/b.ts → .*core\/a.ts/)])
})

test('a folder of many files is noticed, tests left out', () => {
  const files = Array.from({ length: 15 }, (_, index) => inServer(`core/part-${index}.ts`))
  expect(wrongWith(...files)).toEqual([expect.stringMatching('packages/server/src/core holds 16 source files')])
  expect(wrongWith(...files.slice(1), inServer('core/part.test.ts'))).toEqual([])
})

test('a way of too many files is too long', () => {
  const steps = Array.from({ length: 9 }, (_, index) => `core/step-${index}.ts`)
  const listed = steps.map((path, index) => `${index + 1}. \`${path}\` does something`)
  const found = wrongWith(
    file('ARCHITECTURE.md', ...story.slice(0, 2), ...listed),
    ...steps.map((path) => inServer(path)),
  )
  expect(found).toEqual(['the way of one message has 9 files, more than 8'])
})

test('imports are read in all their forms', () => {
  const forms = [
    "import type { A } from './a.ts'",
    "import { type B, type C } from './b.ts'",
    "import { type D, e } from './d.ts'",
    "import './f.css'",
    "export * from '../g.ts'",
    "const h = await import('@scope/h/part')",
  ]
  expect(importsOf(file('packages/x/src/index.ts', ...forms))).toEqual([
    { specifier: './a.ts', typeOnly: true, target: 'packages/x/src/a.ts' },
    { specifier: './b.ts', typeOnly: true, target: 'packages/x/src/b.ts' },
    { specifier: './d.ts', typeOnly: false, target: 'packages/x/src/d.ts' },
    { specifier: '../g.ts', typeOnly: false, target: 'packages/x/g.ts' },
    { specifier: './f.css', typeOnly: false, target: 'packages/x/src/f.css' },
    { specifier: '@scope/h/part', typeOnly: false, target: '@scope/h' },
  ])
})

function lockfile(more: object): SourceFile {
  const packages = {
    '': { optionalDependencies: {} },
    'node_modules/tool': { version: '1.0.0', license: 'MIT', optionalDependencies: { '@tool/linux-x64': '1.0.0' } },
    ...more,
  }
  return { path: 'package-lock.json', text: JSON.stringify({ packages }) }
}

test('a dependency that only tests of a published package import is a violation', () => {
  const dependencies = { ws: '8.0.0', zod: '4.0.0', 'pino-pretty': '13.0.0' }
  const manifest = file('packages/server/package.json', JSON.stringify({ dependencies }))
  const used = inServer('web/a.ts', "import { z } from 'zod'", "const transport = { target: 'pino-pretty' }")
  const inTests = [
    inServer('testing/dial.ts', "import { WebSocket } from 'ws'"),
    inServer('web/a.test.ts', "import { WebSocket } from 'ws'", "import { test } from 'vitest'"),
  ]
  expect(wrongWith(manifest, used, ...inTests)).toEqual([
    'packages/server/package.json depends on ws, which only tests import: make it a devDependency',
  ])
  const user = inServer('sockets/b.ts', "import type { WebSocket } from 'ws'")
  expect(wrongWith(manifest, used, ...inTests, user)).toEqual([])
})

test('what a program imports from an entry is described, wherever it is declared', () => {
  const index = file(
    'packages/client/src/index.ts',
    "export type * from './list.ts'",
    "export { a, type B as C } from './b.ts'",
  )
  const list = file(
    'packages/client/src/list.ts',
    'export type {',
    '  D,',
    "} from './d.ts'",
    '/** Is seven. */',
    'export type E = 7',
  )
  const declarations = [
    file(
      'packages/client/src/b.ts',
      'export const a = 1',
      '/** Is two. */',
      'export interface B {',
      '}',
      'export const hidden = 3',
    ),
    file('packages/client/src/d.ts', '/** Is five. */', '', 'export type D = 5', 'export type F = 6'),
    file('packages/server/src/adapters/nest.ts', '/** Is eight. */', 'export const G = class {}', 'export type G = 8'),
  ]
  expect(wrongWith(index, list, ...declarations)).toEqual([
    'packages/client/src/d.ts exports D without a comment that describes it',
    'packages/client/src/b.ts exports a without a comment that describes it',
  ])
})

test('a lockfile is completed for the platforms that it forgot', () => {
  const text = completed(lockfile({ 'node_modules/better-sqlite3': { version: '13.0.0' } }).text)
  expect(lockfileViolations(text)).toEqual([])
  expect(JSON.parse(text).packages['node_modules/@tool/linux-x64']).toEqual({
    version: '1.0.0',
    cpu: ['x64'],
    libc: ['glibc'],
    license: 'MIT',
    optional: true,
    os: ['linux'],
  })
  expect(completed(text)).toBe(text)
})

test('the footprint of a feature is who imports it or names its operations, its own files and tests left out', () => {
  const files = [
    inServer('features/index.ts', "import { pins } from './pins/index.ts'"),
    inServer('features/pins/index.ts', "import { pins } from './pins.ts'"),
    inServer('features/pins/pin-store.ts', "const name = 'pin.set'"),
    inServer('core/a.ts', "const name = 'pin.set'"),
    inServer('core/a.test.ts', "const name = 'pin.set'"),
    inServer('core/b.ts', "// as in 'pin.set'", "const name = 'message.send'"),
    inServer('core/spinning.ts', ''),
  ]
  expect(footprintOf(files, { feature: 'pins', names: ['pin.set'] })).toEqual([
    'packages/server/src/features/index.ts',
    'packages/server/src/core/a.ts',
  ])
})
