import { clientLimits } from './limits.ts'

/** Both databases can store it: PostgreSQL takes no NUL, and half a character would come back as another one. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')

export const isNotBlank = (text: string): boolean => text.trim() !== ''

/** Counted in characters, which takes longer, only where a text might have too many. */
export const isWithinLimit = (text: string): boolean =>
  text.length <= clientLimits.text || (text.length <= clientLimits.textBytes && [...text].length <= clientLimits.text)

/** Has a body a field beside its kind and its text? */
export const hasParts = (body: object): boolean => Object.keys(body).length > 2

export const saysSomething = (body: { text?: unknown }) => isNotBlank(body.text as string) || hasParts(body)
