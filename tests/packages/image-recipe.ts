import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../services/free-port.ts'
import { root } from './installed.ts'

/** The instructions of a Dockerfile in their order, with the lines that a backslash continues. */
function instructionsOf(recipe: string): [name: string, words: string][] {
  const lines = recipe
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', '')
    .trim()
    .split('\n')
  return lines.map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)])
}

/**
 * Declares a test that does what packaging/Dockerfile says, with the server installed in the folder `appOf()`, without
 * building an image.
 */
export function testImageRecipe(appOf: () => string): void {
  test('the recipe of the image copies what was packed, and runs a server that its check of health finds, but not as root', async () => {
    const instructions = instructionsOf(await readFile(join(root, 'packaging', 'Dockerfile'), 'utf8'))
    const wordsOf = (name: string) => instructions.filter(([each]) => each === name).map(([, words]) => words)
    const [last] = instructions.slice(-1)
    expect(last?.[0]).toBe('CMD')
    expect(wordsOf('USER')).toEqual(['node'])
    expect(globSync(wordsOf('COPY')[0]?.split(' ')[0] ?? '', { cwd: root })).toHaveLength(1)
    const env = Object.fromEntries(wordsOf('ENV').flatMap((words) => words.split(' ').map((word) => word.split('='))))
    expect([env.DATA_DIR]).toEqual(wordsOf('VOLUME'))

    const DATA_DIR = await mkdtemp(join(tmpdir(), 'parley-image-'))
    onTestFinished(() => rm(DATA_DIR, { recursive: true, force: true }))
    const PORT = String(await freePort())
    // The machine that runs the tests is not open to its network.
    const given = { ...process.env, ...env, DATA_DIR, PORT, HOST: '127.0.0.1', BASE_PATH: '/chat/' }
    const installed = join(appOf(), 'node_modules', '@parley', 'server')
    const { bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
    const [command = '', ...args] = JSON.parse(last?.[1] ?? '')
    const server = spawn(process.execPath, [join(installed, bin[command]), ...args], {
      env: given,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(server, 'exit')
    onTestFinished(() => void server.kill('SIGKILL'))
    for await (const line of createInterface(server.stdout)) if (/is ready/.test(line)) break

    const [program, ...check] = JSON.parse(wordsOf('HEALTHCHECK')[0]?.replace('CMD ', '') ?? '')
    expect(program).toBe('node')
    const isHealthy = async () =>
      (await once(spawn(process.execPath, check, { env: given, stdio: 'ignore' }), 'exit'))[0] === 0
    expect(await isHealthy()).toBe(true)
    server.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(await isHealthy()).toBe(false)
  })
}
