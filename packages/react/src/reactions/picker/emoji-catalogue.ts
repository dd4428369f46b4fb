import data from './emoji-data.json' with { type: 'json' }
import { hasPicture } from './emoji-support.ts'

export interface EmojiEntry {
  emoji: string
  label: string
  /** Label and tags, in the form in which they are searched. */
  words: string
  /** The version of Emoji that brought it; empty for those that every device has. */
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

/** The newest emoji reach devices after years: of each version one tells for all. */
const supported = new Map<string, boolean>()
function isSupported({ emoji, version }: EmojiEntry): boolean {
  if (version === '') return true
  if (!supported.has(version)) supported.set(version, hasPicture(emoji))
  return supported.get(version) === true
}

/** All emoji, in the order of Unicode; those of each category stand together. */
export const emojiCategories: readonly EmojiCategory[] = categoryNames.map((name) => {
  const lines = data.categories.find((category) => category.name === name)?.emoji ?? []
  return { name, entries: lines.map(entryOf).filter(isSupported) }
})

const most = 120

/** The emoji with words that begin with each word of the query; those whose name begins with it come first. */
export function findEmoji(query: string): readonly EmojiEntry[] {
  const words = plain(query).split(/\s+/).filter(Boolean)
  const first = ` ${words[0]}`
  const found = emojiCategories
    .flatMap(({ entries }) => entries)
    .filter(({ emoji, words: own }) => words.every((word) => own.includes(` ${word}`) || emoji === word))
  const [named, tagged] = [true, false].map((isNamed) =>
    found.filter((entry) => entry.words.startsWith(first) === isNamed),
  )
  return [...(named ?? []), ...(tagged ?? [])].slice(0, most)
}
