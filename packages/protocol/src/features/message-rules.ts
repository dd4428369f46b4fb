import { clientLimits } from '../limits.ts'
import { isNotBlank, isStorable, isWithinLimit } from '../text-rules.ts'
import { type BodyPartRules, bodyPartRules } from './body/body-part-rules.ts'

/*
 * The rules of the schemas for messages as plain functions, with which a client refuses what every server would refuse,
 * without loading the schemas.
 */

export const sendableTypes = ['text', 'image', 'file', 'voice', 'offer'] as const
export type SendableType = (typeof sendableTypes)[number]

export { idPattern } from '../client-limits.ts'

/**
 * Returns a sentence that says why every server would refuse this text as a message without other parts: it is blank,
 * too long or cannot be stored. Returns null if it can be sent.
 */
export const textProblem = (text: string): string | null =>
  isNotBlank(text) ? captionProblem(text) : 'A message must not be blank.'

/**
 * Returns a sentence that says why every server would refuse this text of a body with other parts: it is too long or
 * cannot be stored. Returns null if it can be sent, also if it is blank.
 */
export function captionProblem(text: string): string | null {
  if (!isWithinLimit(text)) return `A message has at most ${clientLimits.text.toLocaleString('en')} characters.`
  return isStorable(text) ? null : 'A message must be well-formed Unicode without NUL.'
}

function ciphertextProblem(ciphertext: string): string | null {
  const most = clientLimits.textBytes * 2
  const isGood = ciphertext !== '' && ciphertext.length <= most && isStorable(ciphertext)
  return isGood ? null : `A ciphertext has 1 to ${most.toLocaleString('en')} characters of Unicode without NUL.`
}

/**
 * Returns a sentence that says why every server would refuse this body. Returns null otherwise, though a server may
 * still refuse it, for example for an unknown attachment or currency. The body may be any value, because some callers
 * have no types; undefined fields count as missing. `rules` lists the allowed parts, each with its own check; any other
 * field is refused.
 */
export function bodyProblem(body: unknown, rules: BodyPartRules = bodyPartRules): string | null {
  // JSON omits undefined fields.
  const given = Object.fromEntries(Object.entries(Object(body)).filter(([, value]) => value !== undefined))
  const { kind, text, ciphertext, ...parts } = given
  const names = Object.keys(parts)
  if (
    kind === 'plain' &&
    typeof text === 'string' &&
    !('ciphertext' in given) &&
    names.every((name) => Object.hasOwn(rules, name))
  ) {
    if (names.length === 0) return textProblem(text)
    return captionProblem(text) ?? names.map((name) => rules[name]?.problem(parts[name])).find(Boolean) ?? null
  }
  if (kind === 'sealed' && typeof ciphertext === 'string' && names.length === 0 && !('text' in given)) {
    return ciphertextProblem(ciphertext)
  }
  return 'A body is either plain with a text, or sealed with a ciphertext.'
}
