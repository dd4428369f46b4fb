import * as blocks from '@parley/react/blocks'
import { expect, test } from 'vitest'

test('the entry of the feature exports its components and hooks', () => {
  expect(Object.keys(blocks).sort()).toEqual([
    'BlockDialog',
    'BlockedList',
    'WriteBarrier',
    'useBlockedPeople',
    'useIsBlocked',
    'useWriteBarrier',
  ])
})
