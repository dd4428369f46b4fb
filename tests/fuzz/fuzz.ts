/**
 * `npm run test:fuzz [-- --packets 1000000 --seed 1 --first]`: sends packets, half of them nearly valid, to a real
 * server in every way that it accepts them. Prints a line for each piece. The exit code is 1 if the server ended,
 * logged a failure of its own, disturbed the honest pair, used much more memory, or stored data that contradicts
 * itself. With `--first`, the run stops after the first piece in which that happened.
 */
import { parseArgs } from 'node:util'
import { runFuzz } from './run-fuzz.ts'

const { values } = parseArgs({
  options: {
    packets: { type: 'string', default: '100000' },
    first: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})

const { seed, packets, first } = values
const options = { seed: Number(seed), packets: Number(packets), first, onPiece: console.log }
const failures = await runFuzz(options)
for (const failure of failures) console.log(failure)
if (failures.length > 0) process.exitCode = 1
