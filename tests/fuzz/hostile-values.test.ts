import { expect, test } from 'vitest'
import { createRandom } from '../faults/rig/random.ts'
import { mutate } from './hostile-values.ts'

test('no mutation is so large that the fuzzer cannot answer pings while it writes it', () => {
  const random = createRandom(1)
  // A list as an earlier mutation may have made it.
  const userIds = ['x'.repeat(100_000)]
  for (let i = 0; i < 300; i++) {
    const text = JSON.stringify(mutate(random, { userIds })) ?? ''
    expect(text.length).toBeLessThan(4 * 1024 * 1024)
  }
})
