import { malformedFields, malformedWholes } from './malformed-input.ts'

/** A value and what it is, for the name of a test or a complaint. */
export type Malformed = [what: string, value: unknown]

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Values that may be good in place of this one, because they are of its kind. */
const mayBeGood = (good: unknown, bad: unknown): boolean =>
  Array.isArray(good) ? Array.isArray(bad) : typeof good === 'number' && typeof bad === 'number'

/**
 * What no foreign client may send in the place of a good value: something else as a whole, each field with each bad value,
 * each required field missing. Fields of objects within it are treated alike.
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
