/*
 * The grammar of Unicode Technical Standard 51, with every code point that is a pictograph or reserved for one: a server
 * must take the emoji of next year from a client that has them.
 */
const styled = '\\p{Extended_Pictographic}(?:\\p{Emoji_Modifier}|\\uFE0F|[\\u{E0020}-\\u{E007E}]{1,10}\\u{E007F})?'
const emoji = new RegExp(
  `^(?:\\p{Regional_Indicator}{2}|[0-9#*]\\uFE0F?\\u20E3|${styled}(?:\\u200D${styled}){0,8})$`,
  'u',
)
const customName = /^:[a-z0-9_+-]{1,32}:$/

/** Is it one emoji, or the name of a custom one? */
export const isEmoji = (text: string): boolean => emoji.test(text) || customName.test(text)

const pictograph = /(\p{Extended_Pictographic})(\uFE0F)?(?!\p{Emoji_Modifier})/gu
const hasOwnColours = /\p{Emoji_Presentation}/u

/**
 * The form that Unicode recommends: a heart with and without the mark for "in colours" is one emoji, counted once.
 * Where a code point has colours of its own the mark is left out, else it is put behind it.
 */
export const inEmojiStyle = (text: string): string =>
  text
    .replace(/^([0-9#*])\u20E3$/, '$1\uFE0F\u20E3')
    .replace(pictograph, (_, sign: string) => (hasOwnColours.test(sign) ? sign : `${sign}\uFE0F`))
