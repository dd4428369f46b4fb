import { type OperationName, operationNames, operations } from '../catalogue.ts'
import type { HttpMethod, Operation } from '../define.ts'
import { type ErrorCode, errorCatalogue, errorsOf } from '../errors.ts'
import { ErrorShape, featureOf, features } from '../features/index.ts'
import { PROTOCOL_VERSION } from '../version.ts'
import { API_PATH, pathNames, placeOfRest } from './http-form.ts'
import { collectSchemas, type JsonSchema, partOf, type SchemaCollection } from './json-schema.ts'

interface Reference {
  $ref: string
}

export interface OpenApiOperation {
  operationId: string
  summary: string
  tags: string[]
  security?: Record<string, string[]>[]
  parameters?: { name: string; in: 'path' | 'query'; required: boolean; description?: string; schema: JsonSchema }[]
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, Reference | { description: string; content: Record<string, { schema: JsonSchema }> }>
}

export interface OpenApiDocument {
  openapi: string
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } }
  servers: { url: string; description: string }[]
  tags: { name: string; description: string }[]
  security: Record<string, string[]>[]
  paths: Record<string, Partial<Record<Lowercase<HttpMethod>, OpenApiOperation>>>
  components: {
    securitySchemes: Record<string, object>
    schemas: Record<string, JsonSchema>
    responses: Record<string, object>
  }
}

const description = `The operations of Parley over HTTP. Every answer is an envelope: \`{ "ok": true, "data": … }\` or
\`{ "ok": false, "error": { "code", "message", "requestId" } }\`. A client ignores fields that it does not know.
The fields that this document puts into the query of a DELETE can be sent in a JSON body instead; unknown fields are refused.
A request that writes can have a key, which its caller makes, in the header \`Idempotency-Key\`: if it is sent again within 24
hours, the server does not repeat it and gives the same answer. Another request with the same key is refused with
\`idempotency_conflict\` (422). If a request or its answer contains a password or a token (sign-in, a new password), the server
stores no answer and ignores the header. The same operations are offered over Socket.IO, which also sends events: see the
AsyncAPI document.`

const json = (schema: JsonSchema) => ({ 'application/json': { schema } })

/** The errors that an operation may answer with, by HTTP status. */
const errorsByStatus = (operation: Operation): [number, ErrorCode[]][] => {
  const byStatus = Map.groupBy(errorsOf(operation), (code) => errorCatalogue[code].status)
  return [...byStatus].sort(([one], [other]) => one - other)
}

/** Operations with the same error codes share one response. */
const responseName = (codes: ErrorCode[]) => codes.join('.')

const errorResponse = (codes: ErrorCode[]) => ({
  description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].meaning}`).join(' '),
  content: json({
    type: 'object',
    properties: {
      ok: { const: false },
      error: { $ref: '#/components/schemas/Error', properties: { code: { enum: codes } } },
    },
    required: ['ok', 'error'],
  }),
})

const successResponse = (operation: Operation, schemas: SchemaCollection) => ({
  description: 'Done.',
  content: json({
    type: 'object',
    properties: { ok: { const: true }, data: schemas.output(operation.output) },
    required: ['ok', 'data'],
  }),
})

/** Divides the fields of an input among path, query and body. */
const requestOf = ({ http, input }: Operation, schemas: SchemaCollection) => {
  const { properties = {}, required = [], ...closed } = schemas.input(input)
  const inPath = pathNames(http.path)
  const rest = Object.keys(properties).filter((name) => !inPath.includes(name))
  const parameter = (place: 'path' | 'query') => (name: string) => {
    const { description, ...schema } = partOf(properties[name])
    return { name, in: place, required: required.includes(name), description, schema }
  }
  const parameters = inPath.map(parameter('path'))
  if (placeOfRest(http.method) === 'query') return { parameters: [...parameters, ...rest.map(parameter('query'))] }
  if (rest.length === 0) return { parameters }
  const schema: JsonSchema = {
    ...closed,
    properties: Object.fromEntries(rest.map((name) => [name, partOf(properties[name])])),
    required: required.filter((name) => rest.includes(name)),
  }
  return { parameters, requestBody: { required: true, content: json(schema) } }
}

/** Empty if the `security` of the whole document applies. */
const securityOf = ({ httpOnly, keyOnly }: Operation): Pick<OpenApiOperation, 'security'> => {
  if (keyOnly) return { security: [{ apiKey: [] }] }
  return httpOnly ? { security: [] } : {}
}

const operationOf = (name: OperationName, schemas: SchemaCollection): OpenApiOperation => {
  const operation: Operation = operations[name]
  const failures = errorsByStatus(operation).map(([status, codes]) => [
    status,
    { $ref: `#/components/responses/${responseName(codes)}` },
  ])
  return {
    operationId: name,
    summary: operation.summary,
    tags: [featureOf(name)],
    ...securityOf(operation),
    ...requestOf(operation, schemas),
    responses: {
      [operation.http.status ?? 200]: successResponse(operation, schemas),
      ...Object.fromEntries(failures),
    },
  }
}

const pathsOf = (schemas: SchemaCollection) => {
  const paths: OpenApiDocument['paths'] = {}
  for (const name of operationNames) {
    const { method, path } = operations[name].http
    const template = path.replaceAll(/:([A-Za-z]+)/g, '{$1}')
    paths[template] = { ...paths[template], [method.toLowerCase()]: operationOf(name, schemas) }
  }
  return paths
}

const errorResponses = () => {
  const all = operationNames.flatMap((name) => errorsByStatus(operations[name]).map(([, codes]) => codes))
  return Object.fromEntries(all.map((codes) => [responseName(codes), errorResponse(codes)]))
}

/**
 * Makes the OpenAPI 3.1 document of all operations under `/api/v1`, anew at each call.
 *
 * @example
 * writeFileSync('openapi.json', JSON.stringify(openapi(), null, 2))
 */
export const openapi = (): OpenApiDocument => {
  const schemas = collectSchemas('draft-2020-12')
  schemas.output(ErrorShape)
  const paths = pathsOf(schemas)
  return {
    openapi: '3.1.1',
    info: {
      title: 'Parley',
      version: String(PROTOCOL_VERSION),
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: API_PATH, description: 'This server.' }],
    tags: Object.entries(features).map(([name, { about }]) => ({ name, description: about })),
    security: [{ accessToken: [] }, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', description: 'The access token of a signed-in session.' },
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The API key of a bot, or of a backend, which names in the header Parley-User the user for whom it acts.',
        },
      },
      schemas: schemas.components,
      responses: errorResponses(),
    },
  }
}
