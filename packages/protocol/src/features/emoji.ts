/*
 * The grammar of Unicode Technical Standard 51, with every code point that is a pictograph or reserved for one: a server
 * must take the emoji of next year from a client that has them. Tags belong to the black flag alone: behind anything else
 * they are invisible.
 */
const regional = '\\u{1F3F4}[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{3,6}\\u{E007F}'
const styled = '\\p{Extended_Pictographic}(?:\\p{Emoji_Modifier}|\\uFE0F)?'
const emoji = new RegExp(
  `^(?:\\p{Regional_Indicator}{2}|[0-9#*]\\uFE0F?\\u20E3|\\p{Emoji_Modifier}|${regional}|${styled}(?:\\u200D${styled}){0,8})$`,
  'u',
)
const customName = /^:[a-z0-9_+-]{1,32}:$/

/** Is it one emoji, or the name of a custom one? */
export const isEmoji = (text: string): boolean => emoji.test(text) || customName.test(text)

const pictograph = /(\p{Extended_Pictographic})\uFE0F?(?!\p{Emoji_Modifier})/gu
const isEmojiOfText = /^(?=\p{Emoji})\P{Emoji_Presentation}$/u

/**
 * The form that Unicode recommends: a heart with and without the mark for "in colours" is one emoji, counted once. The mark
 * is put behind an emoji that is text without it, and left out elsewhere. That holds for emoji that are not known here yet,
 * too: they come with colours of their own.
 */
export const inEmojiStyle = (text: string): string =>
  text
    .replace(/^([0-9#*])\u20E3$/, '$1\uFE0F\u20E3')
    .replace(pictograph, (_, sign: string) => (isEmojiOfText.test(sign) ? `${sign}\uFE0F` : sign))
