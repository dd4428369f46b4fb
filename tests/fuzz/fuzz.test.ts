import { patience } from '@parley/server/testing/patience'
import { expect, test } from 'vitest'
import { runFuzz } from './run-fuzz.ts'

/** The same in every run; `npm run test:fuzz` tries other seeds. */
const seed = 1
const packets = 100_000

test('A1: no packet ends the server, makes it log an error, disturbs others or corrupts stored data', {
  timeout: patience.testMs * 2,
}, async () => {
  expect(await runFuzz({ seed, packets })).toEqual([])
})
