/**
 * `npm run test:faults [-- --only NAME --long --seed 1 --before FOLDER]`: injects every fault that we can cause into
 * servers whose users write all the time. Prints one line for each case; the exit code is 1 if a promise was broken.
 * The seed repeats the choices of the users and the moments of the faults. For upgrades, FOLDER is another checkout,
 * after `npm ci`.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { allCases } from './all-cases.ts'
import { describeCase, printProblems } from './case-line.ts'
import { runCase } from './rig/run-case.ts'
import { missingFor, openServices } from './rig/topologies.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    long: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    before: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})

if (values.before !== undefined && resolve(values.before) === resolve(import.meta.dirname, '../..'))
  throw new Error('The folder of --before is this version itself.')

const chosen = allCases.filter(({ name }) => values.only === undefined || name.includes(values.only))
if (chosen.length === 0)
  throw new Error(`No case has this in its name. There are: ${allCases.map((c) => c.name).join(', ')}`)
for (const each of chosen) {
  const missing = missingFor(each, values.before)
  if (missing !== undefined) {
    console.log(`${each.name}: skipped, ${missing}`)
    if (process.env.REQUIRE_SERVICES && !(each.isUpgrade && values.before === undefined)) process.exitCode = 1
    continue
  }
  const rounds = Number(values.rounds ?? (values.long ? each.rounds.long : each.rounds.short))
  const report = await runCase(each, await openServices(each.topology), {
    rounds,
    seed: Number(values.seed),
    before: values.before,
  })
  console.log(describeCase(report))
  if (printProblems(report)) process.exitCode = 1
}
