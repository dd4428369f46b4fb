import { LargeAccount } from '../../packages/client/src/testing/large-account.ts'
import { spreadOf } from '../measure/summary.ts'

/** Changes that are timed together: one alone is shorter than what a clock tells apart. */
const together = 50
const rounds = 30
/** Until the code of a change is compiled. */
const unmeasured = 5

/** What the SDK needs for one change of each kind, in microseconds. */
export type ChangeCosts = Record<string, number>

/**
 * The median time in microseconds that the SDK needs for one change of each kind, for an account of each of these
 * sizes, in their order. It uses no server. The accounts take turns, so that disturbances of the machine affect all of
 * them alike.
 */
export async function measureChanges(sizes: readonly number[]): Promise<ChangeCosts[]> {
  const accounts = await Promise.all(sizes.map((size) => LargeAccount.open(size)))
  for (const account of accounts) account.follow()
  const times = accounts.map(() => new Map<string, number[]>())
  for (let round = 0; round < rounds + unmeasured; round++) {
    for (const [at, account] of accounts.entries()) {
      for (const [name, change] of Object.entries(account.changes)) {
        const time = await timeOf(account, change)
        if (round >= unmeasured) times[at]?.set(name, [...(times[at].get(name) ?? []), time])
      }
    }
  }
  for (const { chat } of accounts) await chat.close()
  return times.map((byName) => Object.fromEntries([...byName].map(([name, each]) => [name, spreadOf(each).median])))
}

async function timeOf(account: LargeAccount, change: (at: number) => unknown): Promise<number> {
  // Rooms, spread over the whole account.
  const places = Array.from({ length: together }, (_, n) => {
    return Math.floor((n * account.count) / together / 2) * 2 + 1
  })
  const from = performance.now()
  await Promise.all(places.map(change))
  const time = performance.now() - from
  await account.settle()
  return (time * 1_000) / together
}
