import { type JsonSchema, partOf } from './json-schema.ts'

/** One row of the table that explains a schema. */
export interface Field {
  /** The name, or for a nested field its path: `positions[].rev`. */
  name: string
  /** In the form of TypeScript: `string`, `Message | null`, `"room" | "direct"`. */
  type: string
  required: boolean
  /** The default as JSON, if there is one. */
  default?: string
  /** The description and the limits of the field; '' if it has neither. */
  about: string
}

const alternativesOf = (schema: JsonSchema) => [
  ...(schema.anyOf ?? []),
  ...(schema.oneOf ?? []),
  ...(schema.allOf ?? []),
]

const literals = (values: unknown[]) => values.map((value) => JSON.stringify(value)).join(' | ')

/**
 * Returns the type that a schema describes, nearly in the form of TypeScript, such as `(string | null)[]`; `integer`
 * stays. A reference gives the name of its schema, an enum or constant its values as JSON. An object without a name
 * gives `object`, also a schema without a type and alternatives. Alternatives of all kinds, also of `allOf`, are joined
 * by `|`, each once; beside a `type` they are ignored.
 */
export const typeOf = (schema: JsonSchema): string => {
  if (schema.$ref) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
  if (schema.const !== undefined) return literals([schema.const])
  if (schema.enum) return literals(schema.enum)
  const alternatives = alternativesOf(schema).map((part) => typeOf(partOf(part)))
  if (alternatives.length > 0 && !schema.type) return [...new Set(alternatives)].join(' | ')
  if (schema.type === 'array') {
    const item = typeOf(partOf(Array.isArray(schema.items) ? undefined : schema.items))
    return item.includes(' ') ? `(${item})[]` : `${item}[]`
  }
  return [schema.type ?? 'object'].flat().join(' | ')
}

const between = (lowest: number | undefined, highest: number | undefined, things: string) => {
  const from = lowest !== undefined && lowest > 0 ? lowest : undefined
  const to = highest !== undefined && highest < Number.MAX_SAFE_INTEGER ? highest : undefined
  if (from !== undefined && to !== undefined) return `${from}–${to}${things}.`
  if (to !== undefined) return `At most ${to}${things}.`
  return from === undefined ? '' : `At least ${from}${things}.`
}

const limitsOf = (schema: JsonSchema): string => {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems } = schema
  const own = [
    between(minLength, maxLength, ' characters'),
    between(minimum, maximum, ''),
    between(minItems, maxItems, ' entries'),
  ]
  const ofAlternatives = alternativesOf(schema).map((part) => aboutOf(partOf(part)))
  return [...own, ...ofAlternatives].filter((text) => text !== '').join(' ')
}

/**
 * Returns the description of a schema, then its limits, then the same of its alternatives, in sentences; '' if there
 * are none. Limits are lengths, numbers and counts of entries; lower ones of 0 or less, upper ones from
 * `Number.MAX_SAFE_INTEGER` on, and patterns are left out.
 */
export const aboutOf = (schema: JsonSchema): string =>
  [schema.description ?? '', limitsOf(schema)].filter((text) => text !== '').join(' ')

/** The object, or the object in a list, whose fields are listed below the field, because its schema has no name. */
const inside = (schema: JsonSchema): { schema: JsonSchema; suffix: string } | undefined => {
  if (schema.properties) return { schema, suffix: '.' }
  const item = Array.isArray(schema.items) ? undefined : partOf(schema.items)
  return item?.properties && { schema: item, suffix: '[].' }
}

/**
 * Returns the fields of an object in its order; none for another schema. Fields of nested objects, and of objects in
 * lists, follow the field that contains them, with their path as the name (`body.text`, `positions[].rev`). Fields of
 * referred schemas and of alternatives are left out. `prefix` begins each name.
 */
export const fieldsOf = (object: JsonSchema, prefix = ''): Field[] =>
  Object.entries(object.properties ?? {}).flatMap(([name, property]) => {
    const schema = partOf(property)
    const field: Field = {
      name: prefix + name,
      type: typeOf(schema),
      required: object.required?.includes(name) ?? false,
      ...(schema.default === undefined ? {} : { default: JSON.stringify(schema.default) }),
      about: aboutOf(schema),
    }
    const nested = inside(schema)
    return [field, ...(nested ? fieldsOf(nested.schema, `${prefix}${name}${nested.suffix}`) : [])]
  })
