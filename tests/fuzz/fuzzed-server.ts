/**
 * The server that is fuzzed, in its own process without a handler for uncaught errors, so an uncaught error ends it as
 * it would end a real one. Sends its parent each line that it logs as an error, and on any message its memory in use.
 */
import pino from 'pino'
import { createParley } from '../../packages/server/src/server.ts'

const [dataDir = ''] = process.argv.slice(2)
const log = pino({ level: 'error' }, { write: (line: string) => process.send?.({ failure: line }) })

// Short, so that timers run while packets arrive.
const timing = { typingMs: 50, presenceGraceMs: 50, authenticateMs: 5_000, pingMs: 200 }
const parley = await createParley({ dataDir, log, timing, rateLimits: 'off' })
process.stdout.write(`ready at ${await parley.listen(0)}\n`)

process.on('message', () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.send?.({ memory: heapUsed + external })
})
