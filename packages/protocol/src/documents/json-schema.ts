import { z } from 'zod'

export type JsonSchema = z.core.JSONSchema.BaseSchema

/** A part of a schema; `true` and a missing part allow anything. */
export const partOf = (part: JsonSchema | boolean | undefined): JsonSchema => (typeof part === 'object' ? part : {})

/** JSON Schemas of one document. Schemas with an id stand once among the components, and the others refer to them. */
export interface SchemaCollection {
  components: Record<string, JsonSchema>
  /** What a caller may send: closed objects, defaults optional. */
  input(schema: z.ZodType): JsonSchema
  /** What the server sends: open objects, so that a client ignores what a later version adds. */
  output(schema: z.ZodType): JsonSchema
}

const inComponents = (schema: object): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === '$ref' ? String(value).replace(/^#\/(\$defs|definitions)\//, '#/components/schemas/') : value,
  )

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
      // What is both sent and received is described as strictly as it is checked.
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
