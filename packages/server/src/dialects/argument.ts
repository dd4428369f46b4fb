import { refuse } from './dialect.ts'

/**
 * An object that a foreign client sent, unchecked. The functions below read only own properties of the expected type
 * and throw a PlanError (`invalid_input`) for anything else, so that null, a number, an array or a `__proto__` never
 * causes a crash.
 */
export type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The argument if it is an object, but no array; refuses anything else. */
export const readFields = (argument: unknown): Fields =>
  isFields(argument) ? argument : refuse('an object was expected')

/** A field, of any type; undefined if it is missing or null. */
export const readField = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined

/** A field that must be a text; it may be empty. Refuses anything else. */
export const readText = (fields: Fields, name: string): string => {
  const value = readField(fields, name)
  return typeof value === 'string' ? value : refuse(`${name} must be a text`)
}

/** The same, or undefined if the field is missing or null. */
export const readOptionalText = (fields: Fields, name: string): string | undefined =>
  readField(fields, name) === undefined ? undefined : readText(fields, name)

/** A text that clients send either as the argument itself or as a field of it. */
export const readTextOrField = (argument: unknown, name: string): string =>
  typeof argument === 'string' ? argument : readText(readFields(argument), name)

/** A list of `least` (1) to `most` texts, without duplicates. */
export const readTexts = (fields: Fields, name: string, most: number, least = 1): string[] => {
  const values = readField(fields, name)
  if (!Array.isArray(values) || values.length < least) return refuse(`${name} must be a list of texts`)
  if (values.length > most) return refuse(`${name} may hold at most ${most}`)
  return [...new Set(values.map((value) => (typeof value === 'string' ? value : refuse(`${name} must hold texts`))))]
}
