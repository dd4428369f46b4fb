import { type EventName, eventNames, events, type OperationName, operationNames, operations } from '../catalogue.ts'
import type { EventDefinition, HttpMethod, Operation } from '../define.ts'
import { type ErrorCode, errorCatalogue, errorsOf } from '../errors.ts'
import { ErrorShape, type Feature, featureOf, features } from '../features/index.ts'
import { PROTOCOL_VERSION } from '../version.ts'
import { aboutOf, type Field, fieldsOf, typeOf } from './fields.ts'
import { API_PATH, pathNames, placeOfRest } from './http-form.ts'
import { collectSchemas, type JsonSchema, partOf, type SchemaCollection } from './json-schema.ts'

/** The input or output of an operation, or the payload of an event: the name of an entity, or fields. */
export interface Shape {
  entity?: string
  fields: Field[]
}

export interface OperationReference {
  name: OperationName
  summary: string
  kind: Operation['kind']
  /** Is it offered on a socket? All operations are offered over HTTP. */
  onSocket: boolean
  method: HttpMethod
  path: string
  status: number
  /** The fields of the input that fill the path. */
  inPath: string[]
  /** Where the request has the other fields. */
  rest: 'query' | 'body'
  input: Shape
  /** A valid input, as JSON. */
  example: string
  output: Shape
  errors: ErrorCode[]
}

export interface EventReference {
  name: EventName
  summary: string
  durable: boolean
  payload: Shape
}

export interface EntityReference {
  name: string
  type: string
  about: string
  /** The fields of each variant of a union, of the one object otherwise; empty if the entity has no fields. */
  variants: Field[][]
}

export interface Reference {
  version: number
  features: { name: Feature; about: string; operations: OperationReference[]; events: EventReference[] }[]
  entities: EntityReference[]
  errors: { code: ErrorCode; status: number; retry: boolean; meaning: string }[]
}

const describeOperation = (name: OperationName, schemas: SchemaCollection): OperationReference => {
  const operation: Operation = operations[name]
  const { http } = operation
  const output = schemas.output(operation.output)
  return {
    name,
    summary: operation.summary,
    kind: operation.kind,
    onSocket: !operation.httpOnly,
    method: http.method,
    path: API_PATH + http.path,
    status: http.status ?? 200,
    inPath: pathNames(http.path),
    rest: placeOfRest(http.method),
    input: { fields: fieldsOf(schemas.input(operation.input)) },
    example: JSON.stringify(operation.example),
    output: output.$ref ? { entity: typeOf(output), fields: [] } : { fields: fieldsOf(output) },
    errors: errorsOf(operation),
  }
}

const describeEvent = (name: EventName, schemas: SchemaCollection): EventReference => {
  const { summary, durable, payload }: EventDefinition = events[name]
  const schema = schemas.output(payload)
  return {
    name,
    summary,
    durable,
    payload: schema.$ref ? { entity: typeOf(schema), fields: [] } : { fields: fieldsOf(schema) },
  }
}

const describeEntity = (name: string, schema: JsonSchema): EntityReference => {
  const objects = (schema.oneOf ?? [schema]).map(partOf).filter((one) => one.properties)
  return { name, type: typeOf(schema), about: aboutOf(schema), variants: objects.map((one) => fieldsOf(one)) }
}

/**
 * Makes the description of the whole protocol, anew at each call, in the order of the reference pages, which are
 * rendered from it: features and errors in that of the catalogue, entities by name.
 *
 * @example
 * for (const { name, operations } of reference().features) console.log(name, operations.length)
 */
export const reference = (): Reference => {
  const schemas = collectSchemas('draft-2020-12')
  schemas.output(ErrorShape)
  const described = {
    operations: operationNames.map((name) => describeOperation(name, schemas)),
    events: eventNames.map((name) => describeEvent(name, schemas)),
  }
  return {
    version: PROTOCOL_VERSION,
    features: (Object.keys(features) as Feature[]).map((name) => ({
      name,
      about: features[name].about,
      operations: described.operations.filter((operation) => featureOf(operation.name) === name),
      events: described.events.filter((event) => featureOf(event.name) === name),
    })),
    entities: Object.entries(schemas.components)
      .map(([name, schema]) => describeEntity(name, schema))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    errors: (Object.keys(errorCatalogue) as ErrorCode[]).map((code) => ({ code, ...errorCatalogue[code] })),
  }
}
