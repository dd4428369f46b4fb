import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createParley } from '@parley/server'
import pino from 'pino'

/* A server in a process of its own, which tells its memory when it is asked: what its client holds is not counted. */

/** The most memory since the last question, as the kernel counts it; elsewhere than on Linux, the present memory. */
const peak = () => {
  if (process.platform !== 'linux') return process.memoryUsage().rss
  const [, kibibytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kibibytes) * 1024
}
const forgetPeak = () => {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5')
}

const dataDir = await mkdtemp(join(tmpdir(), 'parley-uploads-'))
const parley = await createParley({ dataDir, log: pino({ level: 'silent' }), rateLimits: 'off' })
process.send?.({ url: await parley.listen(0) })
process.on('message', () => {
  const highest = peak()
  globalThis.gc?.()
  process.send?.({ highest, rss: process.memoryUsage().rss })
  forgetPeak()
})
process.on('disconnect', async () => {
  await parley.close()
  await rm(dataDir, { recursive: true, force: true })
})
