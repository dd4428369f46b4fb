import { z } from 'zod'

export type JsonSchema = z.core.JSONSchema.BaseSchema

/**
 * Returns the part of a schema as an object. `true` and undefined, which allow any value, become `{}`. `false` becomes
 * `{}` too, although it allows none: a part must not be `false`.
 */
export const partOf = (part: JsonSchema | boolean | undefined): JsonSchema => (typeof part === 'object' ? part : {})

/** Converts the schemas of one document. Schemas with an id go into `components` once, and the others refer to them. */
export interface SchemaCollection {
  components: Record<string, JsonSchema>
  /** The schema of a request: objects accept no other fields, and fields with a default are optional. */
  input(schema: z.ZodType): JsonSchema
  /** The schema of an answer or event: objects accept other fields, because a later version may add some. */
  output(schema: z.ZodType): JsonSchema
}

const inComponents = (schema: object): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === '$ref' ? String(value).replace(/^#\/(\$defs|definitions)\//, '#/components/schemas/') : value,
  )

/**
 * Makes an empty collection of the schemas of one document. `target` is the version of JSON Schema that it needs.
 * `input` and `output` return a Zod schema in that form, and put each schema with an id into `components`; the returned
 * ones refer to these, so read `components` after the last call. What both get stays there in the stricter form of
 * `input`.
 */
export const collectSchemas = (target: 'draft-2020-12' | 'draft-7'): SchemaCollection => {
  const components: Record<string, JsonSchema> = {}
  const convert = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const { $schema, $defs, definitions, ...root } = z.toJSONSchema(schema, {
      target,
      io,
      override: ({ jsonSchema }) => {
        if (io === 'output') delete jsonSchema.additionalProperties
      },
    })
    for (const [name, part] of Object.entries($defs ?? Object(definitions))) {
      // A schema of both requests and answers gets the stricter form, in which requests are validated.
      if (io === 'input' || !(name in components)) components[name] = inComponents(Object(part))
    }
    return inComponents(root)
  }
  return {
    components,
    input: (schema) => convert(schema, 'input'),
    output: (schema) => convert(schema, 'output'),
  }
}
