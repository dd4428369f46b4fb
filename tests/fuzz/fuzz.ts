/**
 * `npm run test:fuzz [-- --packets 1000000 --seed 1]`: packets through every door of a real server, half of them nearly
 * good. Prints a line for each piece; ends with 1 if the server ended, logged a failure of its own, disturbed the honest
 * pair, grew, or stored what does not fit together.
 */
import { parseArgs } from 'node:util'
import { runFuzz } from './run-fuzz.ts'

const { values } = parseArgs({
  options: {
    packets: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})

const failures = await runFuzz({ seed: Number(values.seed), packets: Number(values.packets), onPiece: console.log })
for (const failure of failures) console.log(failure)
if (failures.length > 0) process.exitCode = 1
