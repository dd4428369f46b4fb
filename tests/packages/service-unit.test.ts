import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../services/free-port.ts'

/* The service of systemd in docs/operations/one-node.md, with this repository in the place of /opt/parley. */

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
let unit = ''
beforeAll(async () => {
  const guide = await readFile(join(root, 'docs/operations/one-node.md'), 'utf8')
  unit = guide.match(/^```ini\n([\s\S]*?)^```$/m)?.[1]?.replaceAll('/opt/parley', root) ?? ''
})

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'parley-service-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

const isInstalled = spawnSync('systemd-analyze', ['--version']).status === 0

test.skipIf(!isInstalled && !process.env.REQUIRE_SERVICES)('systemd knows each setting of the service', async () => {
  const file = join(await folder(), 'parley.service')
  await writeFile(file, unit)
  // It warns of what it does not know, and succeeds all the same.
  const checked = await promisify(execFile)('systemd-analyze', ['verify', '--man=no', file])
  expect(checked).toEqual({ stdout: '', stderr: '' })
})

test('the command of the service starts a server that keeps its data where systemd lets it write, and SIGTERM ends it', async () => {
  const settingOf = (name: string) => unit.match(new RegExp(`^${name}=(.*)$`, 'm'))?.[1] ?? ''
  const env = Object.fromEntries(
    settingOf('Environment')
      .split(' ')
      .map((word) => word.split('=')),
  )
  expect(env.DATA_DIR).toBe(`/var/lib/${settingOf('StateDirectory')}`)
  const [program = '', ...args] = settingOf('ExecStart').split(' ')
  const PORT = String(await freePort())
  const server = spawn(program, args, {
    cwd: settingOf('WorkingDirectory'),
    env: { ...env, DATA_DIR: await folder(), PORT },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(server, 'exit')
  onTestFinished(() => void server.kill('SIGKILL'))
  for await (const line of createInterface(server.stdout)) if (/is ready/.test(line)) break
  expect((await fetch(`http://127.0.0.1:${PORT}/readyz`)).status).toBe(200)
  expect(await (await fetch(`http://127.0.0.1:${PORT}/`)).text()).toMatch(/<script/)
  server.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})
