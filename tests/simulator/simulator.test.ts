import { expect, test } from 'vitest'
import { runHistory } from './history.ts'

/** The same in every run; `npm run simulate` tries other seeds. */
const seeds = { from: 1, count: 2_000 }

/** Seeds that once failed, by what happens. */
const onceWrong = [
  // A user leaves, and joins again on another device while the leaving device syncs.
  2_146_327_280,
  // Messages arrive while a page is loaded, and their attachments were dropped.
  811_680_837, 811_685_279,
  // A tab closes between the first answer of a sync and the latest conversations.
  811_679_862, 811_688_614,
]

/** For each seed that fails, the command that replays it, with its first violation. */
async function failuresIn({ from, count }: { from: number; count: number }): Promise<string[]> {
  const failures: string[] = []
  for (let seed = from; seed < from + count; seed++) {
    const { violations } = await runHistory({ seed })
    if (violations[0]) failures.push(`npm run simulate -- --seed ${seed}   # ${violations[0]}`)
  }
  return failures
}

test('clients agree with the server after thousands of histories of every kind', async () => {
  expect(await failuresIn(seeds)).toEqual([])
  for (const from of onceWrong) expect(await failuresIn({ from, count: 1 })).toEqual([])
})

test('a seed gives the same history each time, and another seed another one', async () => {
  const prints: string[] = []
  for (const seed of [7, 8, 7, 8]) prints.push((await runHistory({ seed })).print)
  expect(prints.slice(2)).toEqual(prints.slice(0, 2))
  expect(prints[0]).not.toBe(prints[1])
  const told = await runHistory({ seed: 7, keepsTrace: true })
  expect(told.print).toBe(prints[0])
  expect(told.trace.length).toBeGreaterThan(20)
})
