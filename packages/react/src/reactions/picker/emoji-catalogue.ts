import data from './emoji-data.json' with { type: 'json' }
import { hasPicture } from './emoji-support.ts'

export interface EmojiEntry {
  emoji: string
  label: string
  /** Label and tags in the form that `findEmoji` searches: plain words, each after a space. */
  words: string
  /** The version of Unicode Emoji that added it; '' for those that every device has. */
  version: string
}

interface EmojiCategory {
  name: CategoryName
  entries: readonly EmojiEntry[]
}

const categoryNames = [
  'smileys',
  'people',
  'nature',
  'food',
  'travel',
  'activities',
  'objects',
  'symbols',
  'flags',
] as const

export type CategoryName = (typeof categoryNames)[number]

/** Lower case, without marks, so that "pinata" finds the piñata. */
const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const entryOf = (line: string): EmojiEntry => {
  const [emoji = '', label = '', tags = '', version = ''] = line.split('|')
  return { emoji, label, version, words: ` ${plain(`${label} ${tags}`).replace(/[^\p{L}\p{N}]+/gu, ' ')}` }
}

/**
 * Does this device have a picture of the emoji? Tests one emoji of each version, and assumes the same for the others.
 */
const supported = new Map<string, boolean>()
function isSupported({ emoji, version }: EmojiEntry): boolean {
  if (version === '') return true
  if (!supported.has(version)) supported.set(version, hasPicture(emoji))
  return supported.get(version) === true
}

/** All emoji that this device can show, by category, in the order of Unicode. */
export const emojiCategories: readonly EmojiCategory[] = categoryNames.map((name) => {
  const lines = data.categories.find((category) => category.name === name)?.emoji ?? []
  return { name, entries: lines.map(entryOf).filter(isSupported) }
})

const maxResults = 120

/**
 * The emoji of this device that match all words of the query, ignoring case and accents: a word must be the beginning
 * of a word in the label or tags of the emoji, or the emoji itself if that has no variation selector (U+FE0F). A word
 * with other signs, such as a hyphen, matches none. First those whose label begins with the first word, each group in
 * the order of Unicode; at most 120. A blank query finds the first 120 of all.
 */
export function findEmoji(query: string): readonly EmojiEntry[] {
  const words = plain(query).split(/\s+/).filter(Boolean)
  const first = ` ${words[0]}`
  const found = emojiCategories
    .flatMap(({ entries }) => entries)
    .filter(({ emoji, words: own }) => words.every((word) => own.includes(` ${word}`) || emoji === word))
  const [named, tagged] = [true, false].map((isNamed) =>
    found.filter((entry) => entry.words.startsWith(first) === isNamed),
  )
  return [...(named ?? []), ...(tagged ?? [])].slice(0, maxResults)
}
