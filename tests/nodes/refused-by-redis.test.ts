import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createParley } from '@parley/server'
import { topology } from '@parley/server/testing/topology'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { startRedis } from '../services/redis-server.ts'
import { fast } from './nodes.ts'

test('a server that Redis refuses logs why, and does not look like one whose Redis is away', async () => {
  const redis = await startRedis()
  await redis.command('CONFIG', 'SET', 'requirepass', 'secret')
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
  const { databaseUrl } = await topology().optionsFor(dataDir)
  const redisUrl = redis.url.replace('//', '//:wrong@')
  const parley = await createParley({ dataDir, databaseUrl, redisUrl, log, timing: fast })
  onTestFinished(async () => {
    await parley.close()
    await redis.dispose()
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  await expect.poll(() => lines.join('')).toMatch(/WRONGPASS|NOAUTH/)
})
