import * as blocks from '@parley/react/blocks'
import { expect, test } from 'vitest'

test('the feature has an entry of its own', () => {
  expect(Object.keys(blocks).sort()).toEqual([
    'BlockDialog',
    'BlockedList',
    'WriteBarrier',
    'useBlockedPeople',
    'useIsBlocked',
    'useWriteBarrier',
  ])
})
