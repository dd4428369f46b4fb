/**
 * `npm run test:kill [-- --kills 20 --writers 50 --seed 1]`: `kill -9` while users write. Prints one line of counts;
 * the exit code is 1 if an acknowledged message was lost, duplicated or moved. The seed repeats the writers' choices
 * and the moments of the kills.
 */
import { parseArgs } from 'node:util'
import { describeCase, printProblems } from './case-line.ts'
import { kill } from './cases/process-cases.ts'
import { runCase } from './rig/run-case.ts'
import { openServices } from './rig/topologies.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    writers: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})
const whole = (name: keyof typeof values) => {
  const value = Number(values[name])
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} takes a whole number above 0.`)
  return value
}

const crowd = { raw: whole('writers'), rooms: 10 }
const options = { rounds: whole('kills'), seed: whole('seed') }
const report = await runCase({ ...kill, crowd }, await openServices(kill.topology), options)
console.log(describeCase(report))
process.exitCode = printProblems(report) ? 1 : 0
