import * as hidings from '@parley/react/hidings'
import { expect, test } from 'vitest'

test('the entry of the feature exports the button and the hook', () => {
  expect(Object.keys(hidings).sort()).toEqual(['HideButton', 'useIsHidden'])
})
