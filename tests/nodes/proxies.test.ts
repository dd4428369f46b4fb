import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { type Person, say } from '@parley/server/testing/people'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../services/free-port.ts'

/* The configurations in docs/operations/many-nodes.md, with three nodes behind them. */

interface Proxy {
  program: string
  /** The argument that prints its version; it fails if the program is not installed. */
  version: string
  args(file: string, folder: string): string[]
  /** Makes a whole configuration file, which listens on this port, from the part that the guide shows. */
  whole(shown: string, port: number, folder: string): string
}

const proxies: Record<string, Proxy> = {
  nginx: {
    program: 'nginx',
    version: '-v',
    args: (file, folder) => ['-c', file, '-p', folder, '-e', join(folder, 'error.log')],
    whole: (shown, port, folder) =>
      `daemon off; pid ${folder}/pid; events {}
       http {
         access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p;
         fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
         ${shown.replace('listen 80;', `listen 127.0.0.1:${port};`)}
       }`,
  },
  caddy: {
    program: 'caddy',
    version: 'version',
    args: (file) => ['run', '--config', file, '--adapter', 'caddyfile'],
    whole: (shown, port) => `{\n\tadmin off\n}\n${shown.replace('http://:80', `http://127.0.0.1:${port}`)}`,
  },
  haproxy: {
    program: 'haproxy',
    version: '-v',
    args: (file) => ['-db', '-f', file],
    whole: (shown, port) => shown.replace('bind :80', `bind 127.0.0.1:${port}`),
  },
}

const guide = new URL('../../docs/operations/many-nodes.md', import.meta.url)

let server: TestServer
let folder: string
const running = new Set<ChildProcess>()
beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'parley-proxy-'))
})
afterAll(async () => {
  await Promise.all(
    [...running].map(
      (child) =>
        new Promise((resolve) => {
          if (child.exitCode !== null) return resolve(undefined)
          child.once('exit', resolve)
          child.kill('SIGTERM')
        }),
    ),
  )
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

async function start(name: string, proxy: Proxy): Promise<string> {
  const [, shown = ''] = (await readFile(guide, 'utf8')).match(new RegExp(`\`\`\`${name}\n([^]*?)\`\`\``)) ?? []
  const port = await freePort()
  const file = join(folder, name)
  const behind = shown.replace(/10\.0\.0\.(\d):3000/g, (_, node) => new URL(server.at(node - 1).url).host)
  await writeFile(file, proxy.whole(behind, port, folder))
  const child = spawn(proxy.program, proxy.args(file, folder), {
    stdio: 'ignore',
    env: { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  })
  running.add(child)
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended (${code})`)))
    const knock = () => {
      const socket = dial(port, '127.0.0.1', () => {
        socket.destroy()
        resolve()
      }).once('error', () => setTimeout(knock, 20))
    }
    knock()
  })
  return `http://127.0.0.1:${port}`
}

const open = (url: string, token: string, transports: string[]) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = io(url, { auth: { token, protocol: 1 }, transports, forceNew: true })
    socket.once('connect', () => resolve(socket)).once('connect_error', reject)
  })

describe.each(Object.entries(proxies))('%s', (name, proxy) => {
  const isInstalled = spawnSync(proxy.program, [proxy.version]).status === 0

  test.skipIf(!isInstalled)('leads websockets to any node, and all requests of a polling client to one', async () => {
    const url = await start(name, proxy)
    const [ana, bo] = [await server.register(`ana-${name}`), await server.register(`bo-${name}`)]
    const native = await Promise.all(Array.from({ length: 6 }, () => open(`${url}/v1`, ana.accessToken, ['websocket'])))
    const polling = await Promise.all(
      [['polling', 'websocket'], ['polling']].map((transports) => open(url, bo.accessToken, transports)),
    )
    const upgraded = polling[0]?.io.engine
    if (upgraded && upgraded.transport.name !== 'websocket') {
      await new Promise<void>((resolve) => upgraded.once('upgrade', () => resolve()))
    }
    const heard = [
      ...native.map((socket) => new Promise((resolve) => socket.once('message.created', resolve))),
      ...polling.map((socket) => new Promise((resolve) => socket.once('message:new', resolve))),
    ]
    const person = (await server.connect(ana)) as Person
    const room = { name: 'Kitchen', visibility: 'private' as const, userIds: [bo.user.id] }
    const { summary } = await person.ask('conversation.create', room)
    await person.settled()
    await say(person, summary.conversation.id)
    expect(await Promise.all(heard)).toHaveLength(8)
    for (const socket of [...native, ...polling]) socket.close()
  })
})
