import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../services/free-port.ts'
import { testExamples } from './example-hosts.ts'
import { testGuide } from './guide-snippets.ts'
import { testImageRecipe } from './image-recipe.ts'
import { installTarballs, names, root, run } from './installed.ts'
import { testReactApps } from './react-apps.ts'

const consumer = join(import.meta.dirname, 'consumer')
let app: string
const servers: ChildProcess[] = []

beforeAll(async () => {
  app = await installTarballs()
})
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.kill()
    if (server.exitCode === null) await once(server, 'exit')
  }
})
/** Resolves when the server says that it listens. */
async function ready(server: ChildProcess): Promise<void> {
  for await (const line of createInterface(server.stdout as NodeJS.ReadableStream)) if (/is ready/.test(line)) return
  throw new Error('The server ended before it was ready.')
}
afterAll(() => rm(app, { recursive: true, force: true }))

// Up to the next comment, tests run side by side: most of their time is that of compilers and pages.
describe.concurrent.each(names)('the tarball of %s', (name) => {
  const installed = () => join(app, 'node_modules', '@parley', name)

  test('has the files of its package.json, and passes publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed(), level: 'suggestion', strict: true })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  test('has declarations that every kind of consumer finds', async () => {
    const { version } = JSON.parse(await readFile(join(installed(), 'package.json'), 'utf8'))
    const tarball = await readFile(join(root, 'dist', `parley-${name}-${version}.tgz`))
    const analysis = await checkPackage(createPackageFromTarballData(tarball))
    // Consumers of CommonJS load the modules of ECMAScript that these are, since Node 22.12; older resolvers know no entries.
    const isOfOld = ({ resolutionKind }: { resolutionKind?: string }) =>
      resolutionKind === 'node10' || resolutionKind === 'node16-cjs'
    const problems = 'problems' in analysis ? analysis.problems : ['no types']
    expect(problems.filter((problem) => !isOfOld(problem as object))).toEqual([])
  })

  test('contains neither tests nor sources', async () => {
    const files = await readdir(installed(), { recursive: true })
    expect(files.filter((file) => /\.test\.|testing|(?<!\.d)\.tsx?$/.test(file))).toEqual([])
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', join('dist', 'index.js')]))
  })
})

test.concurrent('C2: a consumer of all packages compiles with all checks of TypeScript', async () => {
  await cp(join(consumer, 'app.tsx'), join(app, 'app.tsx'))
  await writeFile(join(app, 'package.json'), JSON.stringify({ type: 'module' }))
  const compilerOptions = {
    ...{ strict: true, skipLibCheck: false, noEmit: true, jsx: 'react-jsx', types: ['node'] },
    ...{ module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom', 'dom.iterable'] },
  }
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.tsx'] }))
  const compiled = await run(join(root, 'node_modules', '.bin', 'tsc'), ['--project', app]).catch(
    ({ stdout }) => stdout,
  )
  expect(compiled).toMatchObject({ stdout: '' })
})

const oldest = process.env.OLDEST_NODE
const nodes: [string, string][] = [['the Node of the repository', process.execPath]]
if (oldest) nodes.push(['the oldest Node', oldest])

testGuide(() => app)
testExamples(nodes)

// From here on, one after the other.
test('the server names all that its bundled protocol needs, because npm leaves out the dependencies of what is bundled', async () => {
  const manifestOf = async (folder: string) => JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const server = join(app, 'node_modules', '@parley', 'server')
  expect(await manifestOf(join(server, 'node_modules', '@parley', 'protocol'))).not.toHaveProperty('dependencies')
  const { dependencies } = await manifestOf(join(app, 'node_modules', '@parley', 'protocol'))
  expect((await manifestOf(server)).dependencies).toMatchObject(dependencies)
})

test('the web app in the tarball of the server contains the script tag, the frame and the element', async () => {
  const web = join(app, 'node_modules', '@parley', 'server', 'web')
  expect(await readdir(web)).toEqual(
    expect.arrayContaining(['embed.html', 'embed.js', 'embed.js.br', 'element.js', 'element.js.gz']),
  )
})

testReactApps(() => app)
testImageRecipe(() => app)

describe.each(nodes)('with %s', (_, node) => {
  test('C2: the command starts a chat with its app in an empty folder, and the SDK talks to it', async () => {
    const folder = join(app, `empty-${node === oldest}`)
    await mkdir(folder)
    const port = String(await freePort())
    const program = join(app, 'node_modules', '@parley', 'server', 'dist', 'bin.js')
    const server = spawn(node, [program], {
      cwd: folder,
      env: { ...process.env, PORT: port },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    servers.push(server)
    await ready(server)
    const url = `http://127.0.0.1:${port}`
    const page = await (await fetch(url)).text()
    const script = page.match(/src="([^"]+\.js)"/)?.[1] ?? ''
    expect((await fetch(new URL(script, url))).headers.get('content-type')).toMatch('javascript')
    await cp(join(consumer, 'talk.mjs'), join(app, 'talk.mjs'))
    expect((await fetch(`${url}/docs/api/style.css`)).status).toBe(200)
    const { stdout } = await run(node, ['talk.mjs', url], { cwd: app })
    expect(JSON.parse(stdout)).toEqual({ seq: 1, width: 1, attachments: 1 })
  })

  test('a program in CommonJS can require the packages', async () => {
    const program =
      "console.log(typeof require('@parley/server').createParley, typeof require('@parley/client').createChat, typeof require('@parley/server/webhooks').verifyWebhook)"
    expect(await run(node, ['--eval', program], { cwd: app })).toMatchObject({ stdout: 'function function function\n' })
  })
})

if (!oldest) {
  test.skipIf(!process.env.REQUIRE_SERVICES)('the tests on the oldest Node need its path in OLDEST_NODE', () => {
    expect.unreachable('OLDEST_NODE is not set, and REQUIRE_SERVICES is.')
  })
}
