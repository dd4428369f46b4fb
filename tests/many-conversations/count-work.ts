import { Session } from 'node:inspector/promises'

/*
 * What the SDK executes for one change of an account with few conversations, and of one with many: prints, as JSON, how often
 * its functions and the blocks in them ran, by the kind of change. A process of its own, because V8 counts the blocks of a
 * module only if it was told so before the module came.
 */

const sizes = { few: 100, many: 10_000 }
/** Before a change is counted, so that what is done once is done. */
const unmeasured = 3

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

/** How often functions and blocks of the SDK ran since this was asked before. */
async function takeCount(): Promise<number> {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  const ours = result.filter(({ url }) => /\/packages\/client\/src\/(?!testing\/)/.test(url))
  const ranges = ours.flatMap(({ functions }) => functions.flatMap((one) => one.ranges))
  return ranges.reduce((sum, { count }) => sum + count, 0)
}

const { LargeAccount } = await import('../../packages/client/src/testing/large-account.ts')

async function countAll(count: number): Promise<Record<string, number>> {
  const account = await LargeAccount.open(count)
  const { chat } = account
  account.follow()
  const counts: Record<string, number> = {}
  for (const [name, change] of Object.entries(account.changes)) {
    for (let round = 0; round <= unmeasured; round++) {
      // A room, in the middle of the list.
      const at = Math.floor(count / 4) * 2 + 1 + round * 2
      const before = chat.store.getState()
      await takeCount()
      await change(at)
      await account.settle()
      counts[name] = await takeCount()
      if (chat.store.getState() === before) throw new Error(`${name}: the state is the same.`)
    }
  }
  await chat.close()
  return counts
}

process.stdout.write(JSON.stringify({ few: await countAll(sizes.few), many: await countAll(sizes.many) }))
