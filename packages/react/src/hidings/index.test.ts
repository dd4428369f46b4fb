import * as hidings from '@parley/react/hidings'
import { expect, test } from 'vitest'

test('the feature has an entry of its own', () => {
  expect(Object.keys(hidings).sort()).toEqual(['HideButton', 'useIsHidden'])
})
