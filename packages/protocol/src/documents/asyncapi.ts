import { eventNames, events, type OperationName, operationNames, operations } from '../catalogue.ts'
import type { EventDefinition, Operation } from '../define.ts'
import { errorsOf, errorsWithChange } from '../errors.ts'
import { ErrorShape, featureOf, features } from '../features/index.ts'
import { PROTOCOL_VERSION } from '../version.ts'
import { collectSchemas, type JsonSchema, type SchemaCollection } from './json-schema.ts'

interface Reference {
  $ref: string
}

export interface AsyncApiMessage {
  name: string
  summary: string
  tags: { name: string }[]
  payload: JsonSchema
  /** Only on events. True if it carries a rev, so that a client that missed it gets the same rows by sync. */
  'x-durable'?: boolean
}

export interface AsyncApiOperation {
  /** From the view of the server: it receives operations and sends events. */
  action: 'receive' | 'send'
  summary: string
  tags: { name: string }[]
  channel: Reference
  messages: Reference[]
  reply?: { channel: Reference; messages: Reference[] }
}

export interface AsyncApiDocument {
  asyncapi: string
  info: object
  defaultContentType: string
  servers: Record<string, object>
  channels: Record<string, { address: string; description: string; messages: Record<string, AsyncApiMessage> }>
  operations: Record<string, AsyncApiOperation>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, object> }
}

const description = `The native protocol of Parley: a Socket.IO namespace with plain JSON. A client connects to \`/v1\` with the
handshake \`{ "token": accessToken, "protocol": ${PROTOCOL_VERSION}, "client": "name/version" }\`. An operation is an event with an
acknowledgement, \`emit(name, input, (reply) => …)\`; the reply is \`{ "ok": true, "data": … }\` or \`{ "ok": false, "error": … }\`.
The server sends events. A durable event carries a \`rev\` and the state of the rows it changed, and a client that missed it gets
the same rows by \`sync.run\`; an ephemeral one is sent once. A client ignores fields and events that it does not know.`

const channel = '#/channels/v1'
const messageAt = (name: string): Reference => ({ $ref: `${channel}/messages/${name}` })
const replyName = (name: OperationName) => `${name}.reply`

const socketOperations = operationNames.filter((name) => !operations[name].httpOnly)

/**
 * The error of nearly all operations. With `change` in it, a reader that resolves all references would repeat every row
 * of a change for each operation, for which the parser of AsyncAPI takes two minutes.
 */
const ErrorWithoutChange = ErrorShape.omit({ change: true }).meta({ id: 'ErrorWithoutChange' })

const errorSchema = (operation: Operation, schemas: SchemaCollection): JsonSchema => {
  const codes = errorsOf(operation)
  const shape = codes.some((code) => errorsWithChange.includes(code)) ? ErrorShape : ErrorWithoutChange
  return { allOf: [schemas.output(shape), { properties: { code: { enum: codes } } }] }
}

const replySchema = (operation: Operation, schemas: SchemaCollection): JsonSchema => ({
  oneOf: [
    {
      type: 'object',
      properties: { ok: { const: true }, data: schemas.output(operation.output) },
      required: ['ok', 'data'],
    },
    {
      type: 'object',
      properties: {
        ok: { const: false },
        error: errorSchema(operation, schemas),
      },
      required: ['ok', 'error'],
    },
  ],
})

const operationMessages = (name: OperationName, schemas: SchemaCollection): [string, AsyncApiMessage][] => {
  const operation: Operation = operations[name]
  const tags = [{ name: featureOf(name) }]
  const { summary } = operation
  return [
    [name, { name, summary, tags, payload: schemas.input(operation.input) }],
    [
      replyName(name),
      {
        name: replyName(name),
        summary: `The acknowledgement of ${name}.`,
        tags,
        payload: replySchema(operation, schemas),
      },
    ],
  ]
}

const eventMessages = (schemas: SchemaCollection): [string, AsyncApiMessage][] =>
  eventNames.map((name) => {
    const { summary, payload, durable }: EventDefinition = events[name]
    const tags = [{ name: featureOf(name) }, { name: durable ? 'durable' : 'ephemeral' }]
    return [name, { name, summary, tags, payload: schemas.output(payload), 'x-durable': durable }]
  })

const operationsOf = (): Record<string, AsyncApiOperation> => {
  const received = socketOperations.map((name) => [
    name,
    {
      action: 'receive',
      summary: operations[name].summary,
      tags: [{ name: featureOf(name) }],
      channel: { $ref: channel },
      messages: [messageAt(name)],
      reply: { channel: { $ref: channel }, messages: [messageAt(replyName(name))] },
    },
  ])
  const sent = eventNames.map((name) => [
    name,
    {
      action: 'send',
      summary: events[name].summary,
      tags: [{ name: featureOf(name) }, { name: events[name].durable ? 'durable' : 'ephemeral' }],
      channel: { $ref: channel },
      messages: [messageAt(name)],
    },
  ])
  return Object.fromEntries([...received, ...sent])
}

const tagList = [
  ...Object.entries(features).map(([name, { about }]) => ({ name, description: about })),
  { name: 'durable', description: 'Carries a rev; a client that missed it gets the same rows by sync.' },
  { name: 'ephemeral', description: 'Sent once and not stored.' },
]

/**
 * Makes the AsyncAPI 3.0 document of the Socket.IO namespace `/v1`, anew at each call. Operations that are offered over
 * HTTP only are left out.
 *
 * @example
 * writeFileSync('asyncapi.json', JSON.stringify(asyncapi(), null, 2))
 */
export const asyncapi = (): AsyncApiDocument => {
  const schemas = collectSchemas('draft-7')
  schemas.output(ErrorShape)
  const messages = Object.fromEntries([
    ...socketOperations.flatMap((name) => operationMessages(name, schemas)),
    ...eventMessages(schemas),
  ])
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Parley',
      version: String(PROTOCOL_VERSION),
      description,
      license: { name: 'MIT' },
      tags: tagList,
    },
    defaultContentType: 'application/json',
    servers: {
      parley: {
        host: '{host}',
        pathname: '/socket.io/',
        protocol: 'ws',
        protocolVersion: 'Socket.IO 5, Engine.IO 4',
        description: 'Any Parley server; `wss` behind TLS.',
        variables: { host: { default: 'localhost:3000', description: 'Where the server listens.' } },
        security: [{ $ref: '#/components/securitySchemes/accessToken' }],
      },
    },
    channels: { v1: { address: '/v1', description: 'The Socket.IO namespace of the native protocol.', messages } },
    operations: operationsOf(),
    components: {
      schemas: schemas.components,
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'The access token of a signed-in session, as `auth.token` of the Socket.IO handshake.',
        },
      },
    },
  }
}
