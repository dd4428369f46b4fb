export {
  type ClientToServerEvents,
  type DurableEventName,
  type EventName,
  eventNames,
  events,
  type Input,
  type OperationName,
  type Output,
  operationNames,
  operations,
  type ParsedInput,
  type Payload,
  type ServerToClientEvents,
} from './catalogue.ts'
export type { EventDefinition, HttpForm, Operation } from './define.ts'
export { type AsyncApiDocument, asyncapi } from './documents/asyncapi.ts'
export type { Field } from './documents/fields.ts'
export { API_PATH, pathNames, placeOfRest } from './documents/http-form.ts'
export { type OpenApiDocument, openapi } from './documents/openapi.ts'
export {
  type EntityReference,
  type EventReference,
  type OperationReference,
  type Reference,
  reference,
  type Shape,
} from './documents/reference.ts'
export { type ErrorCode, errorCatalogue, errorsOf, type Reply, type WireError } from './errors.ts'
export type * from './features/index.ts'
export { featureOf, features } from './features/index.ts'
export { userRoles } from './features/users.ts'
export { Id, ImageUrl, limits, Name, Username } from './primitives.ts'
export { sideRows } from './side-rows.ts'
export { OLDEST_SERVED_VERSION, PROTOCOL_VERSION } from './version.ts'
