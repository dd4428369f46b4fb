import * as reactions from '@parley/react/reactions'
import { expect, test } from 'vitest'

test('the feature has an entry of its own', () => {
  expect(Object.keys(reactions).sort()).toEqual(['EmojiPicker', 'useReactions'])
})
