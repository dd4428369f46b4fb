import type { z } from 'zod'

/** A string in a schema, and its path, such as `['body', 'text']`. Entries of a list have the index 0. */
export interface TextField {
  path: (string | number)[]
  schema: z.core.$ZodType
}

// These accept no string, or only those that the schema lists. `unknown` fields have their own rule and tests.
const withoutText = new Set(['number', 'boolean', 'null', 'undefined', 'enum', 'literal', 'unknown'])

/**
 * Returns all strings in a schema, at any depth, each with its path, which begins with `path`; the entries of a list
 * are there once, with the index 0, and a string in several variants of a union once for each. Enums, literals and
 * `unknown` are left out. Throws an Error at a type of schema that it does not know, so that it skips none.
 */
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

/**
 * Returns the value at a path, or undefined if the path leads nowhere; for an empty path the input itself. Inherited
 * properties, such as `constructor`, are found too.
 */
export const valueAt = (input: unknown, path: TextField['path']): unknown =>
  path.reduce<unknown>((part, key) => (Object(part) as Record<string | number, unknown>)[key], input)

/**
 * Returns a copy of the input with this value at the path; the input stays unchanged. What is missing on the way
 * becomes an object, never a list. For an empty path it returns the value itself.
 */
export function withValueAt(input: unknown, path: TextField['path'], value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  const inner = withValueAt((Object(input) as Record<string | number, unknown>)[key], rest, value)
  return Array.isArray(input) ? Object.assign([...input], { [key]: inner }) : { ...Object(input), [key]: inner }
}

/** Text that a database cannot store: PostgreSQL refuses NUL, and a lone surrogate becomes another character. */
const unstorable = ['\u0000', '\ud800', '\udc00', '\udc00\ud800']

/**
 * Returns copies of a text, each with one mark inserted that a database cannot store: NUL, either half of a surrogate
 * pair, and the two halves in the wrong order, each at every UTF-16 index, also at the end.
 */
export const unstorableForms = (text: string): string[] =>
  unstorable.flatMap((mark) =>
    Array.from({ length: text.length + 1 }, (_, at) => text.slice(0, at) + mark + text.slice(at)),
  )
