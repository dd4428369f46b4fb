import { limits } from '../limits.ts'
import { cutText } from './attachment-rules.ts'

// Control characters, marks that change the direction of the text around a name, and other invisible characters.
const unseen = /(?!\u200C|\u200D|\uFE0E|\uFE0F)[\p{Cc}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu
// A joiner changes how letters of some scripts, and emoji, are drawn. Anywhere else it is invisible.
const alphabetsWithoutJoiners = '(?![\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}\\p{Script=Han}])'
const joined = `${alphabetsWithoutJoiners}[\\p{L}\\p{M}\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F]`
const joiningNothing = new RegExp(
  `(?<!${joined})[\\u200C\\u200D]|[\\u200C\\u200D](?!${alphabetsWithoutJoiners}[\\p{L}\\p{Extended_Pictographic}])`,
  'gu',
)
// A variation selector is invisible, too, except after emoji and symbols.
const selectingNothing = /(?<![\p{Emoji}\p{S}])[\uFE0E\uFE0F]/gu
/** More accents on one letter than any language writes. */
const pileOfMarks = /(\p{M}{4})\p{M}+/gu
/** U+2800 and U+1D159 are symbols that are drawn as blanks. */
const blanks = /[\s\u2800\u{1D159}]+/gu

const somethingToSee = /[\p{L}\p{N}\p{P}\p{S}]/u

/**
 * Returns the form in which names are stored and shown: one line in NFC, trimmed, with single spaces and at most four
 * accents on a letter. Invisible characters and marks that change its direction are removed; joiners stay in emoji and
 * in the scripts that they belong to, lone surrogates everywhere. It does not shorten; the result may be ''. Cleaning a
 * clean name changes nothing.
 *
 * @example cleanLine(' Ana\u200B  Mari\u0301a ') // 'Ana María'
 */
export function cleanLine(text: string): string {
  const clean = text
    .normalize('NFC')
    .replace(blanks, ' ')
    .replace(unseen, '')
    .replace(joiningNothing, '')
    .replace(selectingNothing, '')
    // NFC hides some accents in their letters.
    .normalize('NFD')
    .replace(pileOfMarks, '$1')
    .normalize('NFC')
    .replace(/ +/g, ' ')
    .trim()
  // What one removal brings together can make a joiner or a selector superfluous.
  return clean === text ? clean : cleanLine(clean)
}

/**
 * True if a name, already cleaned by `cleanLine`, contains a letter, digit, punctuation mark or symbol. Accents alone
 * are not enough.
 */
export const hasVisibleCharacter = (name: string): boolean => somethingToSee.test(name)

/**
 * Makes a name from text of another application: cleaned by `cleanLine` and cut to `limits.name` UTF-16 units; '' if no
 * visible character is left. It reads only the first 400 units of the text (four times `limits.name`), also if these
 * are blanks. Lone surrogates become U+FFFD. Never throws.
 */
export function shownName(text: string): string {
  const name = cleanLine(cutText(text, limits.name * 4).toWellFormed())
  const short = cleanLine(cutText(name, limits.name))
  return hasVisibleCharacter(short) ? short : ''
}

/**
 * Returns the form in which names are compared and searched, not shown: it is the same for names that differ only in
 * case, accents, width or form of letters. Letters of different alphabets that look alike stay different. The name need
 * not be clean; the result may be ''.
 *
 * @example comparableName('Élise ÜNAL') === comparableName('elise unal') // true
 */
export const comparableName = (name: string): string =>
  cleanLine(name)
    .normalize('NFKD')
    .replace(/[\p{M}\u200C\u200D]/gu, '')
    .toUpperCase()
    .toLowerCase()
    // Lower case has another sigma at the end of a word, and the text of a search may end inside a word.
    .replaceAll('ς', 'σ')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
