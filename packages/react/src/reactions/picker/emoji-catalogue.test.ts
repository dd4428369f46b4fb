import { inEmojiStyle, isEmoji } from '@parley/protocol/features/emoji'
import { expect, test } from 'vitest'
import { emojiCategories, findEmoji } from './emoji-catalogue.ts'

const all = emojiCategories.flatMap(({ entries }) => entries)
const found = (query: string) => findEmoji(query).map(({ emoji }) => emoji)

test('the protocol accepts every emoji of the picker unchanged, and each is listed once', () => {
  expect(all.length).toBeGreaterThan(1_800)
  expect(emojiCategories.every(({ entries }) => entries.length > 50)).toBe(true)
  expect(all.filter(({ emoji }) => !isEmoji(emoji) || inEmojiStyle(emoji) !== emoji)).toEqual([])
  expect(new Set(all.map(({ emoji }) => emoji)).size).toBe(all.length)
  expect(all.filter(({ label }) => label === '')).toEqual([])
})

test.each([
  ['pizza', '🍕'],
  ['PIZZA', '🍕'],
  ['pinata', '🪅'],
  ['grin squint', '😆'],
  ['thumbs up', '👍'],
  ['lol', '😂'],
  ['🍕', '🍕'],
])('%s finds %s', (query, emoji) => {
  expect(found(query)).toContain(emoji)
})

test('emoji whose name matches come before those whose tags match, and no others are found', () => {
  expect(found('ship')[0]).toBe('🚢')
  expect(found('izza')).toEqual([])
  expect(found('pizza submarine')).toEqual([])
  expect(found('.*')).toEqual([])
})
