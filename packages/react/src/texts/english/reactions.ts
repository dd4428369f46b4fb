import { formatNumber } from '../number-format.ts'

const counted = (count: number) => (count === 1 ? '1 reaction' : `${formatNumber(count)} reactions`)
const list = new Intl.ListFormat('en')

export const reactions = {
  reactions: 'Reactions',
  react: 'React',
  addReaction: 'Add a reaction',
  reactWith: (emoji: string) => `React with ${emoji}`,
  more: 'More emoji',
  full: 'This message cannot have more different emoji. Use one of them.',
  /** The label of an emoji below a message, for screen readers. */
  tally: (emoji: string, count: number, isOwn: boolean) => `${emoji} ${counted(count)}${isOwn ? ', you reacted' : ''}`,
  /** The names of people who reacted with an emoji, and the number of others. */
  names: (names: readonly string[], others: number) =>
    list.format(others > 0 ? [...names, others === 1 ? '1 other' : `${formatNumber(others)} others`] : names),

  whoReacted: 'Who reacted',
  peopleWith: (emoji: string) => `People who reacted with ${emoji}`,
  loadingPeople: 'Loading people',
  showMore: 'Show more',
  nobody: 'Nobody has reacted to this message',

  findEmoji: 'Find an emoji',
  categoryTabs: 'Kinds of emoji',
  emojiFound: 'Emoji found',
  noEmojiFound: 'No emoji found. Try another word.',
  loadingEmoji: 'Loading emoji',
  emojiNotLoaded: 'The emoji could not be loaded. Check the connection and try again.',
  categories: {
    smileys: 'Smileys and emotion',
    people: 'People and body',
    nature: 'Animals and nature',
    food: 'Food and drink',
    travel: 'Travel and places',
    activities: 'Activities',
    objects: 'Objects',
    symbols: 'Symbols',
    flags: 'Flags',
  },
}
