import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inEmojiStyle, isEmoji } from './emoji.ts'

const recommendedOnes = /^\p{RGI_Emoji}$/v
const isRecommended = (text: string) => recommendedOnes.test(text)

/** All code points of a property of Unicode. */
function withProperty(property: string): string[] {
  const pattern = new RegExp(`^\\p{${property}}$`, 'u')
  const all = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code))
  return all.filter((sign) => pattern.test(sign))
}

const signs = withProperty('Emoji')
const tones = withProperty('Emoji_Modifier')
const letters = withProperty('Regional_Indicator')
const stylesOf = (sign: string) => [sign, `${sign}\uFE0F`, ...tones.map((tone) => sign + tone)]
const joined = (...parts: string[]) => parts.join('\u200D')
const tagged = (tags: string) =>
  `\u{1F3F4}${[...tags].map((tag) => String.fromCodePoint(0xe0000 + tag.charCodeAt(0))).join('')}\u{E007F}`

function* candidates(): Generator<string> {
  for (const sign of signs) yield* [...stylesOf(sign), `${sign}\uFE0F\u20E3`]
  for (const one of letters) for (const other of letters) yield one + other
  yield* ['gbeng', 'gbsct', 'gbwls'].map(tagged)
  yield* ['👁️‍🗨️', '🏳️‍⚧️', '🏴‍☠️', '⛓️‍💥', '🏳️‍🌈', '❤️‍🔥', '🐦‍⬛']
  // People with professions or genders, and facing right.
  const added = withProperty('Extended_Pictographic').filter((sign) => isRecommended(joined('🧑', sign)))
  const marks = [...added, '⚕️', '⚖️', '✈️', '♀️', '♂️']
  for (const sign of withProperty('Emoji_Modifier_Base')) {
    for (const style of stylesOf(sign)) {
      for (const mark of marks) yield* [joined(style, mark), joined(style, mark, '➡️')]
    }
  }
  // Couples and families.
  const adults = ['👩', '👨', '🧑'].flatMap((one) => [one, ...tones.map((tone) => one + tone)])
  for (const one of adults) {
    for (const other of adults) {
      yield* [joined(one, '🤝', other), joined(one, '❤️', other), joined(one, '❤️', '💋', other)]
    }
  }
  const people = ['👩', '👨', '🧑', '👧', '👦', '🧒']
  for (const a of people) {
    for (const b of people) for (const c of people) yield* [joined(a, b), joined(a, b, c), joined(a, b, c, c)]
  }
}

/** All forms with some of the variation selectors U+FE0F left out, as some keyboards and files do. */
function unqualified(text: string): string[] {
  const parts = text.split('\uFE0F')
  const choices = 2 ** (parts.length - 1)
  return Array.from({ length: choices }, (_, choice) =>
    parts.reduce((all, part, at) => all + ((choice >> (at - 1)) & 1 ? '' : '\uFE0F') + part),
  )
}

describe('emoji', () => {
  test('all that Unicode recommends are accepted and keep their form, which is restored if selectors are missing', () => {
    const recommended = [...new Set(candidates())].filter(isRecommended)
    expect(recommended.length).toBeGreaterThan(2_500)
    const wrong = recommended.flatMap((text) =>
      unqualified(text).filter((form) => !isEmoji(form) || inEmojiStyle(form) !== text),
    )
    expect(wrong).toEqual([])
  })

  test('the recommended form of an accepted emoji is accepted as well, and does not change again', () => {
    const sign = fc.constantFrom('❤', '👍', '☙', '🏴', '\u{1FAF9}', '\u{1FFFD}', '🌡')
    const end = fc.constantFrom('', '\uFE0F', '🏽', '\u{E0067}\u{E0062}\u{E0065}\u{E007F}', '\uFE0E', '\uFE0F🏽')
    const part = fc.tuple(sign, end).map(([one, mark]) => one + mark)
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const text = joined(...parts)
        const form = inEmojiStyle(text)
        expect(isEmoji(form) || !isEmoji(text)).toBe(true)
        if (isEmoji(text)) expect(inEmojiStyle(form)).toBe(form)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['with an invisible tag', `👍\u{E0067}\u{E0062}\u{E007F}`],
    ['with tags behind a sign that is text by itself', `❤\u{E0067}\u{E0062}\u{E0065}\u{E007F}`],
    ['of half a surrogate', '\ud83d'],
    ['with half a surrogate', '👍\ud83d'],
    ['as text', '❤\uFE0E'],
    ['with a joiner at its end', '👍\u200D'],
    ['in two marks', '❤\uFE0F\uFE0F'],
  ])('an emoji %s is refused', (_, text) => expect(isEmoji(text)).toBe(false))

  test('a code point reserved for a later emoji gets no selector', () => {
    expect(inEmojiStyle('\u{1FFFD}')).toBe('\u{1FFFD}')
    expect(inEmojiStyle('\u{1FFFD}\uFE0F')).toBe('\u{1FFFD}')
  })

  test('a long text is refused without catastrophic backtracking', () => {
    const long = `${'👩\u200D'.repeat(50_000)}x`
    expect(isEmoji(long)).toBe(false)
  })
})
