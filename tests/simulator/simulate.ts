import { parseArgs } from 'node:util'
import { runHistory } from './history.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string' },
    /** Stops at the first seed that goes wrong. */
    first: { type: 'boolean', default: false },
  },
})

if (values.seed !== undefined) await replay(Number(values.seed))
else await runMany(Number(values.from ?? Date.now() % 2 ** 31), Number(values.seeds))

/** Simulates one history, and prints everything that happened in it. */
async function replay(seed: number): Promise<void> {
  const { trace, violations, print } = await runHistory({ seed, keepsTrace: true })
  for (const line of trace) console.log(line.length > 400 ? `${line.slice(0, 400)}…` : line)
  console.log(`\nseed ${seed}, print ${print}: ${violations.length === 0 ? 'all is well' : 'this went wrong:'}`)
  for (const violation of violations) console.log(`  ${violation}`)
  if (violations.length > 0) process.exitCode = 1
}

async function runMany(from: number, count: number): Promise<void> {
  const startedAt = performance.now()
  let failed = 0
  for (let seed = from; seed < from + count; seed++) {
    const { violations } = await runHistory({ seed })
    if (violations.length === 0) continue
    failed++
    console.log(`npm run simulate -- --seed ${seed}   # ${violations.slice(0, 3).join('; ')}`)
    if (values.first) break
  }
  const seconds = (performance.now() - startedAt) / 1_000
  console.log(`${count} histories from seed ${from} in ${seconds.toFixed(1)} s: ${failed} went wrong`)
  if (failed > 0) process.exitCode = 1
}
