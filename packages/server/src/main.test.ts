import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../../../tests/services/free-port.ts'

const bin = new URL('bin.js', import.meta.url).pathname

let dataDir: string
let command: ChildProcess | undefined
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
})
afterEach(async () => {
  command?.kill('SIGKILL')
  command = undefined
  await rm(dataDir, { recursive: true, force: true })
})

/** Starts the command with its output in this file; resolves with its address once it is ready. */
async function start(output: string): Promise<string> {
  const port = await freePort()
  const environment = { ...process.env, PORT: String(port), DATA_DIR: dataDir }
  command = spawn(process.execPath, [bin], { env: environment, stdio: ['ignore', openSync(output, 'a'), 'ignore'] })
  const url = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(isReady).toBe(true)
  return url
}

const stop = () =>
  new Promise<number | null>((resolve) => {
    command?.once('exit', resolve)
    command?.kill('SIGTERM')
  })

const refused = async (url: string) => {
  const headers = { 'x-request-id': 'from-the-test' }
  return (await fetch(`${url}/api/v1/users/me`, { headers })).status
}

test('E10: `npm start` with `--help` builds nothing', async () => {
  const start = new URL('../../../packaging/start.js', import.meta.url).pathname
  // Without a PATH no build can begin.
  const child = spawn(process.execPath, [start, '--help'], { env: { PATH: '' }, stdio: ['ignore', 'pipe', 'pipe'] })
  command = child
  let said = ''
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (text) => {
      said += String(text)
    })
  }
  await new Promise((resolve) => child.once('close', resolve))
  expect(said).toContain('--data-dir')
})

test('E10: a server that listens everywhere prints addresses that a browser can open', async () => {
  const flags = ['--host', '0.0.0.0', '--port', '0', '--data-dir', dataDir, '--log-level', 'silent']
  const child = spawn(process.execPath, [bin, ...flags], { stdio: ['ignore', 'pipe', 'ignore'] })
  command = child
  let said = ''
  child.stdout?.on('data', (text) => {
    said += String(text)
  })
  await expect.poll(() => said).toMatch(/^Parley is ready at http:\/\/localhost:\d+( http:\/\/[\d.]+:\d+)*\n/)
  expect(said).not.toContain('0.0.0.0')
  for (const url of said.trim().split(' ').slice(4)) expect((await fetch(`${url}/healthz`)).status).toBe(200)
})

test('the log has a line of JSON for each entry, after the line with the address', async () => {
  const output = join(dataDir, 'output')
  expect(await refused(await start(output))).toBe(401)
  expect(await stop()).toBe(0)
  const lines = readFileSync(output, 'utf8').trim().split('\n')
  const log = lines.filter((line) => !line.startsWith('Parley is ready at ')).map((line) => JSON.parse(line))
  expect(log).toMatchObject([
    { msg: 'started' },
    { msg: 'operation refused', code: 'unauthenticated', requestId: 'from-the-test' },
    { msg: 'stopped' },
  ])
})

test.skipIf(!existsSync('/dev/full'))('it serves on when nothing more can be written to its log', async () => {
  const url = await start('/dev/full')
  expect(await refused(url)).toBe(401)
  expect(await refused(url)).toBe(401)
  expect(await stop()).toBe(0)
})
