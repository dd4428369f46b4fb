/**
 * A server to be fuzzed, as a process of its own: nothing catches what nobody caught, so a mistake ends it as it would
 * end a real one. It tells its parent of each line that it logs as an error, and how much memory is in use.
 */
import pino from 'pino'
import { createParley } from '../../packages/server/src/server.ts'

const [dataDir = ''] = process.argv.slice(2)
const log = pino({ level: 'error' }, { write: (line: string) => process.send?.({ failure: line }) })

// Short, so that what runs later runs while packets come.
const timing = { typingMs: 50, presenceGraceMs: 50, authenticateMs: 5_000, pingMs: 200 }
const parley = await createParley({ dataDir, log, timing, rateLimits: 'off' })
process.stdout.write(`ready at ${await parley.listen(0)}\n`)

process.on('message', () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.send?.({ memory: heapUsed + external })
})
