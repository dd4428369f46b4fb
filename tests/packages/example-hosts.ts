import { type ChildProcess, spawn } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { patience } from '@parley/server/testing/patience'
import { newId } from '@parley/server/testing/people'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { sharedChromium } from '../browser/chromium.ts'
import { freePort } from '../services/free-port.ts'
import { installByNpm, installExample, root, run } from './installed.ts'

/** An application of `examples/`, as it is started. */
interface Host {
  title: string
  name: string
  program: string
  /** Where other versions of what it needs are named. */
  workspace?: string
  /** What it needs is installed by npm, because the repository does not have it. */
  isInstalled?: boolean
  /** It listens on every address of `localhost`. */
  isOnLocalhost?: boolean
}

const nestOf = (version: string, workspace?: string): Host[] => [
  { title: `Nest ${version} on Express`, name: 'nest', program: 'dist/main.js', workspace },
  {
    title: `Nest ${version} on Fastify`,
    name: 'nest',
    program: 'dist/main-on-fastify.js',
    workspace,
    isOnLocalhost: true,
  },
]

const hosts: Host[] = [
  ...(process.env.NEXT_EXAMPLE ? [{ title: 'Next.js', name: 'next', program: 'server.js', isInstalled: true }] : []),
  { title: 'http', name: 'http', program: 'server.js' },
  { title: 'Express', name: 'express', program: 'server.js' },
  { title: 'Hono', name: 'hono', program: 'server.js' },
  { title: 'Fastify', name: 'fastify', program: 'server.js', isOnLocalhost: true },
  ...nestOf('12'),
  ...nestOf('11', join('tests', 'packages', 'nest-11')),
]

/** Next.js reports its use otherwise. */
const ofNext = { NEXT_TELEMETRY_DISABLED: '1' }

interface Started {
  server: ChildProcess
  url: string
  port: number
}

/** Installed and built. */
async function prepare({ name, program, workspace, isInstalled }: Host): Promise<string> {
  const folder = isInstalled ? await installByNpm(name) : await installExample(name, workspace)
  if (program.startsWith('dist/')) await run(join(root, 'node_modules', '.bin', 'tsc'), ['--project', folder])
  if (isInstalled) await run('npm', ['run', 'build'], { cwd: folder, env: { ...process.env, ...ofNext } })
  return folder
}

async function start({ name, program, isInstalled }: Host, folder: string, node: string): Promise<Started> {
  const port = await freePort()
  const server = spawn(node, [program], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), ...(isInstalled ? { NODE_ENV: 'production', ...ofNext } : {}) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(server.stdout as NodeJS.ReadableStream)) {
    if (line === 'ready') return { server, port, url: `http://127.0.0.1:${port}` }
  }
  throw new Error(`The example ${name} ended before it was ready.`)
}

/** Signs in at the host, and gives the cookie that a browser would keep. */
async function signIn(url: string, name: string): Promise<string> {
  const { status, headers } = await fetch(`${url}/sign-in/${name}`, { method: 'POST', redirect: 'manual' })
  expect(status).toBe(303)
  return headers.get('set-cookie')?.split(';')[0] ?? ''
}

function connect(url: string, cookie: string): Promise<Socket> {
  const socket = io(`${url}/v1`, {
    ...{ path: '/parley/socket.io', transports: ['websocket'], forceNew: true, reconnection: false },
    ...{ auth: { protocol: 1 }, extraHeaders: { cookie } },
  })
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket)).once('connect_error', reject)
  })
}

const me = (url: string, cookie: string) => fetch(`${url}/parley/api/v1/users/me`, { headers: { cookie } })

/** Somebody with a browser of their own, who signs in at the page of the host; the chat is in a frame there. */
async function openPage(url: string, name: string): Promise<ChatInPage> {
  const context = await (await sharedChromium()).newContext({ locale: 'en-GB', reducedMotion: 'reduce' })
  context.setDefaultTimeout(patience.waitMs)
  const page = await context.newPage()
  await page.goto(url)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  const loaded = page.waitForEvent('load')
  await page.getByRole('button', { name: `Sign in as ${name}` }).click()
  await loaded
  const chat = page.frameLocator('iframe')
  return {
    problems,
    writeTo: async (other) => {
      await chat.getByRole('button', { name: 'New', exact: true }).click()
      await chat.getByRole('menuitem', { name: 'Write to somebody' }).click()
      await chat.getByLabel('Find a person').fill(other)
      await chat.getByRole('button', { name: `Write to ${other}` }).click()
    },
    open: (other) => chat.getByRole('navigation').getByRole('link').filter({ hasText: other }).click(),
    say: async (text) => {
      const field = chat.getByRole('textbox', { name: /^Message / })
      await field.fill(text)
      await field.press('Enter')
    },
    sees: (text) => chat.getByRole('list', { name: 'Messages' }).getByText(text, { exact: true }).waitFor(),
    close: () => context.close(),
  }
}

interface ChatInPage {
  /** What the page complained about since its person has signed in. */
  problems: string[]
  writeTo(other: string): Promise<void>
  open(other: string): Promise<void>
  say(text: string): Promise<void>
  sees(text: string): Promise<void>
  close(): Promise<void>
}

/**
 * Declares the tests of every example, once for each given Node: each is installed with the packed server, started,
 * used by its own users in a browser and over its API, and ended by a signal. Next.js is among them only if
 * `NEXT_EXAMPLE` is set.
 */
export function testExamples(nodes: readonly [title: string, node: string][]): void {
  // Programs of one example share its folder.
  const folders = new Map<string, Promise<string>>()
  afterAll(async () => {
    for (const folder of folders.values()) await rm(await folder, { recursive: true, force: true })
  })

  const cases = nodes.flatMap(([title, node]) =>
    hosts.map((host) => ({ host, node, title: `${host.title} with ${title}` })),
  )
  describe.each(cases)('$title', ({ host, node, title }) => {
    let started: Started
    beforeAll(async () => {
      const key = host.workspace ?? host.name
      const folder = folders.get(key) ?? prepare(host)
      folders.set(key, folder)
      started = await start(host, await folder, node)
    })
    afterAll(() => void started.server.kill('SIGKILL'))

    test('a user who signed in at the host talks without a token, and the host’s own routes still work', async () => {
      const { url } = started
      const [ana, bo] = [await signIn(url, 'ana'), await signIn(url, 'bo')]
      expect(await (await me(url, ana)).json()).toMatchObject({ data: { user: { id: 'ana' } } })
      const [hers, his] = [await connect(url, ana), await connect(url, bo)]
      const heard = new Promise((resolve) => his.once('message.created', resolve))
      const { data } = await hers.emitWithAck('conversation.openDirect', { userId: 'bo' })
      const conversationId = data.summary.conversation.id
      const message = { id: newId(), body: { kind: 'plain', text: 'Hello' } }
      expect(await hers.emitWithAck('message.send', { conversationId, ...message })).toMatchObject({ ok: true })
      expect(await heard).toMatchObject({ messages: [{ senderId: 'ana', body: { text: 'Hello' } }] })
      const orders = await fetch(`${url}/api/v1/orders`, { headers: { cookie: ana } })
      expect(await orders.text()).toContain('The orders of ana')
      hers.close()
      his.close()
    })

    test('two users sign in at the page of the host and talk there', async () => {
      const [ana, bo] = [await openPage(started.url, 'Ana'), await openPage(started.url, 'Bo')]
      onTestFinished(async () => {
        for (const one of [ana, bo]) await one.close()
      })
      // Of one application there are several in turn, with the same people.
      const [question, answer] = [`Where is my order? (${title})`, `On its way (${title})`]
      await ana.writeTo('bo')
      await ana.say(question)
      await bo.open('ana')
      await bo.sees(question)
      await bo.say(answer)
      await ana.sees(answer)
      expect([...ana.problems, ...bo.problems]).toEqual([])
    })

    test('users who have not signed in are refused', async () => {
      const { url } = started
      expect((await me(url, 'sid=forged; user=ana.forged; connect.sid=s:forged; sessionId=forged')).status).toBe(401)
      await expect(connect(url, '')).rejects.toMatchObject({ data: { code: 'unauthenticated' } })
    })

    test.runIf(host.isOnLocalhost)('every address of localhost is served', async () => {
      const cookie = await signIn(started.url, 'ana')
      for (const { address, family } of await lookup('localhost', { all: true })) {
        const url = `http://${family === 6 ? `[${address}]` : address}:${started.port}`
        expect((await me(url, cookie)).status).toBe(200)
        const room = { method: 'POST', headers: { cookie }, body: JSON.stringify({ name: 'Kitchen' }) }
        expect((await fetch(`${url}/parley/api/v1/conversations`, room)).status).toBe(201)
        expect((await fetch(`${url}/parley/api/v1/nothing`)).status).toBe(404)
        const socket = await connect(url, cookie)
        socket.close()
      }
    })

    test('it ends at its signal, with sockets open', async () => {
      const { server, url } = started
      const socket = await connect(url, await signIn(url, 'ana'))
      const gone = new Promise((resolve) => socket.once('disconnect', resolve))
      const [exit] = await Promise.all([once(server, 'exit'), gone, server.kill('SIGTERM')])
      // Nest ends by the signal itself.
      expect([
        [0, null],
        [null, 'SIGTERM'],
      ]).toContainEqual(exit)
    })
  })

  test.each([
    ['http', ['server.js'], 10],
    ['express', ['server.js'], 10],
    ['hono', ['server.js'], 10],
    ['fastify', ['server.js'], 10],
    ['next', ['server.js'], 10],
    ['nest', ['src/main.ts', 'src/app-module.ts'], 12],
  ])('the chat needs few lines of %s', async (name, files, most) => {
    const texts = await Promise.all(files.map((file) => readFile(join(root, 'examples', name, file), 'utf8')))
    const lines = texts.flatMap(linesOfChat)
    expect(lines.length).toBeGreaterThan(4)
    expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(most)
  })
}

/**
 * The imports from Parley and for a server to attach it to, and what stands under a comment that begins so, as far as it
 * is indented like that.
 */
function linesOfChat(text: string): string[] {
  const lines = text.split('\n')
  const imports = lines.filter((line) => /^import .*'(@parley\/|node:http')/.test(line))
  const from = lines.findIndex((line) => /^\s*\/\/ The chat\b/.test(line)) + 1
  const indent = lines[from]?.match(/^\s*/)?.[0] ?? ''
  const length = lines.slice(from).findIndex((line) => line === '' || !line.startsWith(indent))
  return [...imports, ...lines.slice(from, from + length)]
}
