import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createParley } from '@parley/server'
import pino from 'pino'

/* A server in a process of its own, which tells its memory when it is asked: what its client holds is not counted. */

const dataDir = await mkdtemp(join(tmpdir(), 'parley-uploads-'))
const parley = await createParley({ dataDir, log: pino({ level: 'silent' }), rateLimits: 'off' })
process.send?.({ url: await parley.listen(0) })
process.on('message', () => {
  globalThis.gc?.()
  process.send?.({ rss: process.memoryUsage().rss })
})
process.on('disconnect', async () => {
  await parley.close()
  await rm(dataDir, { recursive: true, force: true })
})
