import { refuse } from './dialect.ts'

/**
 * What a foreign client sent, whatever it may be. Only own properties are read, and only as what they must be, so that
 * null, a number, an array or a `__proto__` is a refusal and never a crash.
 */
export type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const readFields = (argument: unknown): Fields =>
  isFields(argument) ? argument : refuse('an object was expected')

/** A field, or undefined if it is absent or null: JSON has both words for nothing. */
export const readField = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined

export const readText = (fields: Fields, name: string): string => {
  const value = readField(fields, name)
  return typeof value === 'string' ? value : refuse(`${name} must be a text`)
}

/** The same, or undefined where there is none. */
export const readOptionalText = (fields: Fields, name: string): string | undefined =>
  readField(fields, name) === undefined ? undefined : readText(fields, name)

/** One text that comes either alone or as a field of an object. */
export const readTextOrField = (argument: unknown, name: string): string =>
  typeof argument === 'string' ? argument : readText(readFields(argument), name)

export const readTexts = (fields: Fields, name: string, most: number): string[] => {
  const values = readField(fields, name)
  if (!Array.isArray(values) || values.length === 0) return refuse(`${name} must be a list of texts`)
  if (values.length > most) return refuse(`${name} may hold at most ${most}`)
  return [...new Set(values.map((value) => (typeof value === 'string' ? value : refuse(`${name} must hold texts`))))]
}
