import { malformedFields, malformedWholes } from './malformed-input.ts'

/** A malformed value, with its description for the title of a test or a message. */
export type Malformed = [what: string, value: unknown]

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** May the bad value be valid in place of this good one, because it is of the same type? */
const mayBeGood = (good: unknown, bad: unknown): boolean =>
  Array.isArray(good) ? Array.isArray(bad) : typeof good === 'number' && typeof bad === 'number'

/**
 * Malformed values to send in place of a valid one: other values as a whole and, if it is an object, copies of it with
 * one bad value in one field, also in fields of nested objects. Left out are bad values that may be valid there,
 * because the good one is of the same type.
 */
export function malformedInsteadOf(example: unknown): Malformed[] {
  const wholes: Malformed[] = [['null', null], ...Object.entries(malformedWholes)]
  if (!isFields(example)) return wholes
  return [...wholes, ...malformedFieldsOf(example, '')]
}

function malformedFieldsOf(good: Record<string, unknown>, path: string): Malformed[] {
  return Object.entries(good).flatMap(([field, value]) => {
    const place = `${path}${field}`
    const inPlace = Object.entries(malformedFields)
      .filter(([, bad]) => !mayBeGood(value, bad))
      .map(([what, bad]): Malformed => [`${what} as ${place}`, { ...good, [field]: bad }])
    if (!isFields(value)) return inPlace
    const within = malformedFieldsOf(value, `${place}.`)
    return [...inPlace, ...within.map(([what, bad]): Malformed => [what, { ...good, [field]: bad }])]
  })
}
