import type { z } from 'zod'

/** One text that a schema takes, and the way to it: `body`, `text`. An entry of a list stands at 0. */
export interface TextField {
  path: (string | number)[]
  schema: z.core.$ZodType
}

// These hold no text, or only one that stands in the schema. What is `unknown` has a rule and tests of its own.
const withoutText = new Set(['number', 'boolean', 'null', 'undefined', 'enum', 'literal', 'unknown'])

/** Every text in a schema, however deep. A kind of schema that it does not know is an error, so that none is passed over. */
export function textFieldsOf(schema: z.core.$ZodType, path: TextField['path'] = []): TextField[] {
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'string':
      return [{ path, schema }]
    case 'object':
      return Object.entries(def.shape).flatMap(([name, field]) => textFieldsOf(field, [...path, name]))
    case 'array':
      return textFieldsOf(def.element, [...path, 0])
    case 'union':
      return def.options.flatMap((option) => textFieldsOf(option, path))
    case 'optional':
    case 'nullable':
    case 'default':
      return textFieldsOf(def.innerType, path)
    default:
      if (withoutText.has(def.type)) return []
      throw new Error(`textFieldsOf does not know ${def.type} at ${path.join('.')}`)
  }
}

/** The value at a path; undefined where the input has none. */
export const valueAt = (input: unknown, path: TextField['path']): unknown =>
  path.reduce<unknown>((part, key) => (Object(part) as Record<string | number, unknown>)[key], input)

/** The input with another value at a path. */
export function withValueAt(input: unknown, path: TextField['path'], value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  const inner = withValueAt((Object(input) as Record<string | number, unknown>)[key], rest, value)
  return Array.isArray(input) ? Object.assign([...input], { [key]: inner }) : { ...Object(input), [key]: inner }
}

/** What a text can hold that a database cannot keep: PostgreSQL takes no NUL, and half a character becomes another one. */
const unstorable = ['\u0000', '\ud800', '\udc00', '\udc00\ud800']

/** A good text made unstorable at its beginning, at its end, and at each place between. */
export const unstorableForms = (text: string): string[] =>
  unstorable.flatMap((mark) =>
    Array.from({ length: text.length + 1 }, (_, at) => text.slice(0, at) + mark + text.slice(at)),
  )
