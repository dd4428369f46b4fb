import { clientLimits } from './limits.ts'

/** True for well-formed Unicode without NUL: PostgreSQL refuses NUL, and a lone surrogate becomes another character. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')
/** True if `trim` leaves something; a character that is only invisible, such as U+200B, is something. */
export const isNotBlank = (text: string): boolean => text.trim() !== ''

/** True if the text has at most `limits.text` code points and at most `limits.textBytes` UTF-16 units. */
export const isWithinLimit = (text: string): boolean =>
  text.length <= clientLimits.text || (text.length <= clientLimits.textBytes && [...text].length <= clientLimits.text)

/** True if a body, which must have `kind` and `text`, has further fields; one that is undefined does not count. */
export const hasParts = (body: object): boolean => Object.values(body).filter((part) => part !== undefined).length > 2

/** True if a plain body has a text that is not blank, or parts (`hasParts`). Throws if its `text` is no string. */
export const saysSomething = (body: { text?: unknown }) => isNotBlank(body.text as string) || hasParts(body)
