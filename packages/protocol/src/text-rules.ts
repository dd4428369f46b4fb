import { clientLimits } from './limits.ts'

/** Can both databases store it? PostgreSQL refuses NUL, and a lone surrogate becomes another character. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')

export const isNotBlank = (text: string): boolean => text.trim() !== ''

/** At most `limits.text` code points, which are counted only if the length exceeds it, because that is slow. */
export const isWithinLimit = (text: string): boolean =>
  text.length <= clientLimits.text || (text.length <= clientLimits.textBytes && [...text].length <= clientLimits.text)

/** Does a plain body have fields other than `kind` and `text`? */
export const hasParts = (body: object): boolean => Object.keys(body).length > 2

/** Does a plain body have a text that is not blank, or other parts? Its `text` must be a string. */
export const saysSomething = (body: { text?: unknown }) => isNotBlank(body.text as string) || hasParts(body)
