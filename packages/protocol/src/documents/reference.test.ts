import { expect, test } from 'vitest'
import { eventNames, operationNames } from '../catalogue.ts'
import { errorCatalogue } from '../errors.ts'
import { typeOf } from './fields.ts'
import { reference } from './reference.ts'

const { features, entities, errors } = reference()
const operations = features.flatMap((feature) => feature.operations)
const fieldsOf = (name: string) => operations.find((operation) => operation.name === name)?.input.fields

test('contains every operation, event and error once', () => {
  expect(operations.map(({ name }) => name).sort()).toEqual([...operationNames].sort())
  expect(features.flatMap(({ events }) => events.map(({ name }) => name)).sort()).toEqual([...eventNames].sort())
  expect(errors.map(({ code }) => code)).toEqual(Object.keys(errorCatalogue))
})

test('describes the socket form and the HTTP form of an operation', () => {
  expect(operations.find(({ name }) => name === 'message.send')).toMatchObject({
    onSocket: true,
    method: 'POST',
    path: '/api/v1/conversations/:conversationId/messages',
    status: 201,
    inPath: ['conversationId'],
    rest: 'body',
  })
  expect(operations.filter(({ onSocket }) => !onSocket).map(({ name }) => name)).toEqual([
    'session.create',
    'session.refresh',
    'user.register',
    'user.upsert',
    'user.upsertMany',
    'user.deactivate',
    'user.restore',
    'user.erase',
    'conversation.ensure',
    'passwordLink.use',
  ])
})

test('explains fields: type, default, limits and meaning', () => {
  expect(fieldsOf('message.send')).toContainEqual({
    name: 'type',
    type: '"text" | "image" | "file" | "voice" | "offer"',
    required: false,
    default: '"text"',
    about: '',
  })
  expect(fieldsOf('message.page')).toContainEqual({
    name: 'limit',
    type: 'integer',
    required: false,
    default: '50',
    about: '1–100.',
  })
  expect(fieldsOf('conversation.create')).toContainEqual({
    name: 'userIds',
    type: 'Id[]',
    required: false,
    default: '[]',
    about:
      'People who are members from the start. If the server requires contacts, others than your contacts are invited instead. At most 100 entries.',
  })
})

test('lists the nested fields of a field whose schema has no name', () => {
  expect(fieldsOf('sync.run')?.map(({ name }) => name)).toEqual([
    'epoch',
    'rev',
    'positions',
    'positions[].conversationId',
    'positions[].rev',
  ])
})

test('explains every type that it mentions', () => {
  const known = new Set(entities.map(({ name }) => name))
  const shapes = features.flatMap((feature) => [
    ...feature.operations.flatMap(({ input, output }) => [input, output]),
    ...feature.events.map(({ payload }) => payload),
  ])
  const fields = [...shapes.flatMap((shape) => shape.fields), ...entities.flatMap(({ variants }) => variants.flat())]
  const spoken = [
    ...shapes.flatMap(({ entity }) => entity ?? []),
    ...fields.flatMap(({ type }) => type.match(/\b[A-Z]\w+/g) ?? []),
  ]
  expect(spoken.length).toBeGreaterThan(20)
  expect(spoken.filter((name) => !known.has(name))).toEqual([])
  expect(entities.find(({ name }) => name === 'Body')?.variants.map(([kind]) => kind?.type)).toEqual([
    '"plain"',
    '"sealed"',
  ])
})

test('describes an entity without fields by its type', () => {
  expect(entities.find(({ name }) => name === 'Seq')).toMatchObject({ type: 'integer', variants: [] })
  expect(fieldsOf('receipt.read')).toContainEqual({ name: 'seq', type: 'Seq', required: true, about: '' })
})

test.each([
  [{ type: 'string' }, 'string'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ anyOf: [{ $ref: '#/components/schemas/Message' }, { type: 'null' }] }, 'Message | null'],
  [{ type: 'array', items: { enum: ['a', 'b'] } }, '("a" | "b")[]'],
  [{ type: 'array', items: { type: 'object', properties: {} } }, 'object[]'],
  [{}, 'object'],
] as const)('%j is written as %s', (schema, type) => {
  expect(typeOf(JSON.parse(JSON.stringify(schema)))).toBe(type)
})
