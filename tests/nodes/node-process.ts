import { createParley, type ParleyOptions } from '@parley/server'

/* A node in its own process, so that a test can kill it. `node-process.ts <options as JSON>` prints its address. */
const options = JSON.parse(process.argv[2] ?? '{}') as ParleyOptions
const parley = await createParley(options)
process.stdout.write(`${await parley.listen(0)}\n`)
process.once('SIGTERM', () => void parley.close())
