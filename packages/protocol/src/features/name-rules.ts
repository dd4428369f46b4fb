import { limits } from '../limits.ts'

// Control characters, the marks that turn the direction of the text around a name, and letters that are drawn as nothing.
const unseen = /(?!\u200C|\u200D|\uFE0E|\uFE0F)[\p{Cc}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu
// A joiner changes how letters of some writings and pictures are drawn. Anywhere else it is drawn as nothing.
const alphabetsWithoutJoiners = '(?![\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}\\p{Script=Han}])'
const joined = `${alphabetsWithoutJoiners}[\\p{L}\\p{M}\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F]`
const joiningNothing = new RegExp(
  `(?<!${joined})[\\u200C\\u200D]|[\\u200C\\u200D](?!${alphabetsWithoutJoiners}[\\p{L}\\p{Extended_Pictographic}])`,
  'gu',
)
// So does the selector of a variant, behind what has one.
const selectingNothing = /(?<![\p{Emoji}\p{S}])[\uFE0E\uFE0F]/gu
/** More accents on one letter than any language writes. */
const pileOfMarks = /(\p{M}{4})\p{M}+/gu
/** U+2800 and U+1D159 are symbols without anything to see. */
const blanks = /[\s\u2800\u{1D159}]+/gu

const somethingToSee = /[\p{L}\p{N}\p{P}\p{S}]/u

/**
 * A text in the one form in which people read it as a name: one line, composed, without marks that turn its direction or are
 * drawn as nothing, with at most four accents on a letter, and with single spaces.
 *
 * @example cleanLine(' Ana\u200B  Mari\u0301a ') // 'Ana María'
 */
export const cleanLine = (text: string): string =>
  text
    .normalize('NFC')
    .replace(blanks, ' ')
    .replace(unseen, '')
    .replace(joiningNothing, '')
    .replace(selectingNothing, '')
    .replace(pileOfMarks, '$1')
    .replace(/ +/g, ' ')
    .trim()

/** Has a clean name something to see? An accent alone is not enough. */
export const isVisible = (name: string): boolean => somethingToSee.test(name)

/** The name that another application gives, as it is shown: clean, and no longer than names may be. '' if there is nothing to see. */
export function shownName(text: string): string {
  const name = cleanLine(text.slice(0, limits.name * 4).toWellFormed())
  const short = cleanLine(name.slice(0, limits.name).toWellFormed())
  return isVisible(short) ? short : ''
}

/**
 * What names are compared and found by: names that differ in case, accents, width or form of letters alone are one. Letters
 * of two alphabets that look alike stay different.
 *
 * @example comparableName('Élise ÜNAL') === comparableName('elise unal') // true
 */
export const comparableName = (name: string): string =>
  cleanLine(name)
    .normalize('NFKD')
    .replace(/[\p{M}\u200C\u200D]/gu, '')
    .toUpperCase()
    .toLowerCase()
    // Which of the two small sigmas it is depends on what follows, and a search ends anywhere.
    .replaceAll('ς', 'σ')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
