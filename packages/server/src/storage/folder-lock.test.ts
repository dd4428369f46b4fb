import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ParleyOptions } from '../parley-options.ts'
import { createParley, type Parley } from '../server.ts'
import { backUp, restore } from './backup.ts'
import { DatabaseRefused } from './database.ts'

const bin = new URL('../bin.js', import.meta.url).pathname
const isTaken = /^Another Parley server uses the data folder .+\. Stop it, or .+\.\s*$/

let folder: string
let dataDir: string
const parleys: Parley[] = []
const commands: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-'))
  dataDir = join(folder, 'data')
})
afterEach(async () => {
  for (const command of commands.splice(0)) command.kill('SIGKILL')
  for (const parley of parleys.splice(0)) await parley.close()
  await rm(folder, { recursive: true, force: true })
})

const start = async (options: Partial<ParleyOptions> = {}) => {
  const parley = await createParley({ dataDir, log: pino({ level: 'silent' }), ...options })
  parleys.push(parley)
  return parley
}

const refusal = (options: Partial<ParleyOptions> = {}) =>
  start(options).then(
    () => undefined,
    (error: unknown) => error,
  )

/** Starts the command as an operator does, and waits until it says that it is ready. */
const startCommand = () =>
  new Promise<ChildProcess>((resolve, reject) => {
    const command = spawn(process.execPath, [bin, '--port', '0', '--data-dir', dataDir])
    commands.push(command)
    command.stdout.on('data', (text) => String(text).includes('Parley is ready at') && resolve(command))
    command.once('exit', (code) => reject(new Error(`It ended (${code}).`)))
  })

const runCommand = promisify(execFile)

const killed = (command: ChildProcess) =>
  new Promise((resolve) => {
    command.once('exit', resolve)
    command.kill('SIGKILL')
  })

describe('D1: a data folder has one server', () => {
  test('a second one in the same process is refused with a sentence, by any path to the folder, and the first goes on', async () => {
    const first = await start()
    await symlink(dataDir, join(folder, 'link'))
    for (const path of [dataDir, join(folder, 'link'), join(dataDir, '..', 'data')]) {
      const error = await refusal({ dataDir: path, sharedDatabase: true })
      expect(error).toBeInstanceOf(DatabaseRefused)
      expect((error as Error).message).toMatch(isTaken)
    }
    expect((await first.health()).status).toBe('ok')
    // The refused server did not end the lock of the first.
    expect(await refusal()).toBeInstanceOf(DatabaseRefused)
  })

  test('of several servers that start at once, one starts up', async () => {
    const starts = await Promise.allSettled(Array.from({ length: 4 }, () => start()))
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected'])
  })

  test('a second one in another process is refused, and a server whose predecessor was killed starts', async () => {
    const first = await startCommand()
    expect(await refusal()).toBeInstanceOf(DatabaseRefused)
    const second = runCommand(process.execPath, [bin, '--port', '0', '--data-dir', dataDir])
    await expect(second).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(isTaken) })
    await killed(first)
    expect((await (await start()).health()).status).toBe('ok')
  })

  test('a closed server leaves its folder to the next', async () => {
    await (await start()).close()
    await (await start()).close()
    expect(await refusal()).toBeUndefined()
  })

  test.each<[string, Partial<ParleyOptions>]>([
    ['its secret', { tokenSecret: 'too short' }],
    ['its proxies', { trustedProxies: ['nowhere'] }],
  ])('a start that fails on %s leaves the folder to the next', async (_, options) => {
    expect(await refusal(options)).toBeInstanceOf(Error)
    expect(await refusal()).toBeUndefined()
  })

  test('a start that fails on its database leaves the folder to the next', async () => {
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'parley.db'), 'no database at all, and long enough to be looked at as one')
    expect(await refusal()).toBeInstanceOf(Error)
    await rm(join(dataDir, 'parley.db'))
    expect(await refusal()).toBeUndefined()
  })

  test('servers of two folders do not affect each other', async () => {
    await start()
    expect(await refusal({ dataDir: join(folder, 'other') })).toBeUndefined()
  })

  test('only the owner can open the lock, so that no other user can stop a server from starting', async () => {
    await start()
    expect((await stat(join(dataDir, 'parley.lock'))).mode & 0o777).toBe(0o600)
  })

  test('a folder that cannot be used is refused with a sentence that names it', async () => {
    await writeFile(join(folder, 'file'), '')
    await mkdir(join(folder, 'odd', 'parley.lock'), { recursive: true })
    for (const path of [join(folder, 'file', 'data'), join(folder, 'odd')]) {
      const error = await refusal({ dataDir: path })
      expect(error).toBeInstanceOf(DatabaseRefused)
      expect((error as Error).message).toMatch(/^The data folder .+ cannot be used: .+\.$/)
    }
  })

  // Nothing is forbidden to root.
  test.skipIf(process.getuid?.() === 0)('so is one that cannot be written', async () => {
    await mkdir(dataDir)
    await chmod(dataDir, 0o500)
    expect(String(await refusal())).toMatch(/The data folder .+ cannot be used: .+\./)
    await chmod(dataDir, 0o700)
  })
})

describe('D1: beside a running server', () => {
  test('a backup is taken, by the command too', async () => {
    await start()
    backUp(join(dataDir, 'parley.db'), join(folder, 'one.db'))
    await runCommand(process.execPath, [bin, 'backup', join(folder, 'two.db'), '--data-dir', dataDir])
    expect(existsSync(join(folder, 'two.db'))).toBe(true)
    expect(await refusal()).toBeInstanceOf(DatabaseRefused)
  })

  test('nothing is restored, even if its database is gone or damaged', async () => {
    const isRefused = 'A server is running on this database: stop it first.'
    const [database, copy] = [join(dataDir, 'parley.db'), join(folder, 'copy.db')]
    const first = await start()
    backUp(database, copy)
    expect(() => restore(copy, database)).toThrow(isRefused)
    await writeFile(database, 'no database at all, and long enough to be looked at as one')
    expect(() => restore(copy, database)).toThrow(isRefused)
    expect(existsSync(`${database}-wal`)).toBe(true)
    await rm(database)
    expect(() => restore(copy, database)).toThrow(isRefused)
    await first.close()
    restore(copy, database)
    expect(await refusal()).toBeUndefined()
  })
})
