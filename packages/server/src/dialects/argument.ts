import { refuse } from './dialect.ts'

/**
 * An object that a foreign client sent, unchecked. The functions below read only own properties of the expected type,
 * and throw a PlanError (`invalid_input`) for anything else: null, a number, an array or a `__proto__` never causes a
 * crash.
 */
export type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns the argument if it is an object and no array. Throws a PlanError (`invalid_input`) for anything else. */
export const readFields = (argument: unknown): Fields =>
  isFields(argument) ? argument : refuse('an object was expected')

/** Returns an own property, of any type; undefined if it is missing or null. Never throws. */
export const readField = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined

/**
 * Returns an own property that is a text, which may be empty. Throws a PlanError (`invalid_input`) for anything else,
 * also if it is missing.
 */
export const readText = (fields: Fields, name: string): string => {
  const value = readField(fields, name)
  return typeof value === 'string' ? value : refuse(`${name} must be a text`)
}

/**
 * Returns an own property that is a text, or undefined if it is missing or null. Throws a PlanError (`invalid_input`)
 * for any other type.
 */
export const readOptionalText = (fields: Fields, name: string): string | undefined =>
  readField(fields, name) === undefined ? undefined : readText(fields, name)

/**
 * Returns the argument if it is a text, else its own property `name`, which must be a text: clients send either form.
 * Throws a PlanError (`invalid_input`) for anything else.
 */
export const readTextOrField = (argument: unknown, name: string): string =>
  typeof argument === 'string' ? argument : readText(readFields(argument), name)

/**
 * Returns the texts of the own property `name`, a list, each once and in their order. Throws a PlanError
 * (`invalid_input`) unless the list has `least` to `most` entries, counted with duplicates, and only texts. A missing
 * list is refused even if `least` is 0.
 */
export const readTexts = (fields: Fields, name: string, most: number, least = 1): string[] => {
  const values = readField(fields, name)
  if (!Array.isArray(values) || values.length < least) return refuse(`${name} must be a list of texts`)
  if (values.length > most) return refuse(`${name} may hold at most ${most}`)
  return [...new Set(values.map((value) => (typeof value === 'string' ? value : refuse(`${name} must hold texts`))))]
}
