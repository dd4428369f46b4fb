import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createParley } from '@parley/server'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../services/free-port.ts'
import { packages, pythonProgram } from './python.ts'

const script = fileURLToPath(new URL('all.py', import.meta.url))

/** A server that may be started again at the same place. */
async function startAt(dataDir: string, port: number) {
  const parley = await createParley({ dataDir, rateLimits: 'off', log: pino({ level: 'silent' }) })
  await parley.listen(port)
  return parley
}

const talk = (python: string) => {
  let dataDir: string
  let clients: ChildProcess
  let outcome: Record<string, string | null>

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
    const port = await freePort()
    let parley = await startAt(dataDir, port)
    clients = spawn(python, ['-B', script, `http://127.0.0.1:${port}`], { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface(clients.stdout as NodeJS.ReadableStream)
    expect(await once(lines, 'line')).toEqual(['restart'])
    await parley.close()
    parley = await startAt(dataDir, port)
    clients.stdin?.write('\n')
    outcome = JSON.parse(String(await once(lines, 'line')))
    await parley.close()
  })
  afterAll(async () => {
    clients.kill()
    await rm(dataDir, { recursive: true, force: true })
  })

  test.each(
    ['000', '001', '003', '004'].flatMap((name) =>
      ['websocket', 'polling', 'upgraded'].map((transport) => `${name}, ${transport}`),
    ),
  )('%s: clients talk, get refusals, and continue after the server restarts', (name) => {
    expect(outcome[name]).toBeNull()
  })
}

const python = pythonProgram()
if (python) describe('clients written with python3-socketio', () => talk(python))
else {
  test.skipIf(!process.env.REQUIRE_SERVICES)(`clients in Python: need Debian’s ${packages}`, () => {
    throw new Error('Python or a package is missing, and REQUIRE_SERVICES is set.')
  })
}
