import { limits } from '../limits.ts'
import { isNotBlank, isStorable, isWithinLimit } from '../text-rules.ts'

/*
 * What the schemas ask of a message, in plain functions: a client refuses by them what no server takes, without carrying
 * the schemas.
 */

export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/

export const sendableTypes = ['text', 'image', 'file', 'voice', 'offer'] as const

/** Why no server takes this text as a message, in a sentence; null if it can be sent. */
export function textProblem(text: string): string | null {
  if (!isNotBlank(text)) return 'A message must not be blank.'
  if (!isWithinLimit(text)) return `A message has at most ${limits.text.toLocaleString('en')} characters.`
  return isStorable(text) ? null : 'A message must be well-formed Unicode without NUL.'
}

function ciphertextProblem(ciphertext: string): string | null {
  const mostCharacters = limits.textBytes * 2
  if (ciphertext === '') return 'A ciphertext must not be empty.'
  if (ciphertext.length > mostCharacters)
    return `A ciphertext has at most ${mostCharacters.toLocaleString('en')} characters.`
  return isStorable(ciphertext) ? null : 'A ciphertext must be well-formed Unicode without NUL.'
}

/** The same for a body, whatever a program without types gave. */
export function bodyProblem(body: unknown): string | null {
  const { kind, text, ciphertext, ...more }: Record<string, unknown> = { ...Object(body) }
  // JSON carries no field without a value.
  if (Object.values(more).every((value) => value === undefined)) {
    if (kind === 'plain' && typeof text === 'string' && ciphertext === undefined) return textProblem(text)
    if (kind === 'sealed' && typeof ciphertext === 'string' && text === undefined) return ciphertextProblem(ciphertext)
  }
  return 'A body is either plain with a text, or sealed with a ciphertext.'
}
