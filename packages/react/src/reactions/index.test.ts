import * as reactions from '@parley/react/reactions'
import { expect, test } from 'vitest'

test('the entry of the feature exports the picker and the hook', () => {
  expect(Object.keys(reactions).sort()).toEqual(['EmojiPicker', 'useReactions'])
})
