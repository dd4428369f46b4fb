import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeSmallDisk } from '../../../tests/faults/rig/small-disk.ts'

const bin = new URL('bin.js', import.meta.url).pathname

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Starts the command with these variables, and resolves with its exit code and what it printed. */
async function failedStart(environment: NodeJS.ProcessEnv): Promise<{ code: number; said: string }> {
  const env = { ...process.env, PORT: '0', DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'silent', ...environment }
  const command = spawn(process.execPath, [bin], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  command.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const [code] = await once(command, 'close')
  return { code: Number(code), said }
}

/** One line, which is a complete sentence, and no stack. */
const expectSentence = ({ code, said }: { code: number; said: string }, ...parts: RegExp[]) => {
  expect([code, said.trim().split('\n').length], said).toEqual([1, 1])
  expect(said).toMatch(/[.]\n$/)
  expect(said).not.toMatch(/\n\s+at /)
  for (const part of parts) expect(said).toMatch(part)
}

describe('E9: a start fails with one sentence that says what to do, if', () => {
  test('the data folder lies below a file', async () => {
    await writeFile(join(folder, 'file'), '')
    expectSentence(await failedStart({ DATA_DIR: join(folder, 'file', 'data') }), /is no folder/, /DATA_DIR/)
  })

  // Root may write to every file.
  test.skipIf(process.getuid?.() === 0)('the data folder may not be written', async () => {
    await mkdir(join(folder, 'data'))
    await chmod(join(folder, 'data'), 0o500)
    expectSentence(await failedStart({}), /may not write there/, /DATA_DIR/)
    await chmod(join(folder, 'data'), 0o700)
  })

  // There, root may make no folder either.
  test.skipIf(!existsSync('/sys/kernel'))('the data folder lies on a file system that takes none', async () => {
    expectSentence(await failedStart({ DATA_DIR: '/sys/parley' }), /may not write there/, /DATA_DIR/)
  })

  test('the disk is full', async ({ skip }) => {
    const data = join(folder, 'data')
    const disk = await makeSmallDisk(data)
    try {
      if (disk.kind !== 'file system') skip('no file system can be mounted here')
      await disk.fill(process.pid)
      expectSentence(await failedStart({}), /disk is full/, /Make room/)
    } finally {
      await disk.close()
    }
  })

  test('the database is damaged', async () => {
    await mkdir(join(folder, 'data'))
    await writeFile(join(folder, 'data', 'parley.db'), 'no database at all, and long enough to be looked at as one')
    expectSentence(await failedStart({}), /parley.db is damaged/, /parley restore/)
  })

  test('the host of the database does not exist', async () => {
    const failed = await failedStart({ DATABASE_URL: 'postgres://parley:secret@no-such-host.invalid/parley' })
    expectSentence(failed, /The database cannot be used/, /DATABASE_URL/)
    expect(failed.said).not.toContain('secret')
  })

  test.each(['', 'short\n'])('the file of the secret has %j', async (secret) => {
    await mkdir(join(folder, 'data'))
    await writeFile(join(folder, 'data', 'token-secret'), secret)
    expectSentence(await failedStart({}), /token-secret/, /delete it/)
  })

  test('the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    expectSentence(await failedStart({ PORT: String(port) }), new RegExp(`Port ${port} is taken`), /--port/)
    other.close()
  })

  test('this machine has no such address', async () => {
    expectSentence(await failedStart({ HOST: '192.0.2.1' }), /no address 192.0.2.1/, /--host/)
  })
})
