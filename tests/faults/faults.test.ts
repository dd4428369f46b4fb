import { expect, test } from 'vitest'
import { allCases } from './all-cases.ts'
import { runCase } from './rig/run-case.ts'
import { missingFor, openServices } from './rig/topologies.ts'

/** The short form of `npm run test:faults`, with a small crowd, for machines that are busy with other work. */
const crowd = { raw: 5, sdk: 2, guests: 1, rooms: 2 }

const cases = allCases.filter(({ isShort }) => isShort)

// Each case has services of its own, and spends most of its time waiting.
test.concurrent.for(cases)('$name: every promise is kept', async (each, { skip }) => {
  const missing = missingFor(each)
  if (missing !== undefined && process.env.REQUIRE_SERVICES) throw new Error(missing)
  skip(missing !== undefined, missing)
  const options = { rounds: each.rounds.short, seed: 1 }
  const few = { ...each, crowd: { ...crowd, ...each.crowd } }
  const report = await runCase(few, await openServices(each.topology), options)
  expect(report.violations, JSON.stringify(report.violations.slice(0, 3))).toEqual([])
  expect(report.failures, report.failures.join('\n')).toEqual([])
  expect(report.acknowledged).toBeGreaterThan(0)
  expect(report.events).toBeGreaterThan(report.acknowledged)
})
