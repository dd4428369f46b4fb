/*
 * The grammar of Unicode Technical Standard 51, with every code point that is a pictograph or reserved for one, because
 * a client may know newer emoji than the server. Tags are accepted only after the black flag: after anything else they
 * are invisible.
 */
const regional = '\\u{1F3F4}[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{3,6}\\u{E007F}'
const styled = '\\p{Extended_Pictographic}(?:\\p{Emoji_Modifier}|\\uFE0F)?'
const emoji = new RegExp(
  `^(?:\\p{Regional_Indicator}{2}|[0-9#*]\\uFE0F?\\u20E3|\\p{Emoji_Modifier}|${regional}|${styled}(?:\\u200D${styled}){0,8})$`,
  'u',
)
const customName = /^:[a-z0-9_+-]{1,32}:$/

/**
 * True if the whole text is one emoji or the name of a custom one (`:party:`, 1 to 32 of `a-z 0-9 _ + -`), which need
 * not exist. An emoji may be new or still reserved, a pair of regional letters without a flag, or up to nine joined
 * pictographs. Tags count only behind the black flag. A plain digit is none.
 */
export const isEmoji = (text: string): boolean => emoji.test(text) || customName.test(text)

const pictograph = /(\p{Extended_Pictographic})\uFE0F?(?!\p{Emoji_Modifier})/gu
const isEmojiOfText = /^(?=\p{Emoji})\P{Emoji_Presentation}$/u

/**
 * Returns the form of an emoji that Unicode recommends. It adds the variation selector U+FE0F to emoji that are drawn
 * as text without it, and removes it from all others, also from emoji that this version of Unicode does not know. So a
 * heart with and without the selector is counted as one emoji. Texts without emoji stay as they are, but pictographs
 * inside a longer text change too: test it by `isEmoji` first.
 */
export const inEmojiStyle = (text: string): string =>
  text
    .replace(/^([0-9#*])\u20E3$/, '$1\uFE0F\u20E3')
    .replace(pictograph, (_, sign: string) => (isEmojiOfText.test(sign) ? `${sign}\uFE0F` : sign))
