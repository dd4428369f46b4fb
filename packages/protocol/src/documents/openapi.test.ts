import { validate } from '@readme/openapi-parser'
import { expect, test } from 'vitest'
import { operationNames, operations } from '../catalogue.ts'
import { errorCatalogue, errorsOf } from '../errors.ts'
import { featureOf } from '../features/index.ts'
import { type OpenApiOperation, openapi } from './openapi.ts'

/** The validator resolves references in place, so it gets a copy. */
const verdict = (document: object) => validate(JSON.parse(JSON.stringify(document)))

const described = (name: keyof typeof operations): OpenApiOperation | undefined => {
  const all = Object.values(openapi().paths).flatMap((path) => Object.values(path))
  return all.find((operation) => operation.operationId === name)
}

test('a validator accepts the document', async () => {
  expect(await verdict(openapi())).toMatchObject({ valid: true, warnings: [] })
})

test('the validator refuses a document with a path parameter that is not described', async () => {
  const document = openapi()
  delete document.paths['/messages/{messageId}']?.patch?.parameters
  expect(await verdict(document)).toMatchObject({ valid: false })
})

test('every operation is listed under its method and path, with its feature and its errors', () => {
  const { paths, components } = openapi()
  for (const name of operationNames) {
    const { method, path } = operations[name].http
    const template = path.replaceAll(/:(\w+)/g, '{$1}')
    const operation = paths[template]?.[method.toLowerCase() as 'get']
    expect(operation, name).toMatchObject({ operationId: name, tags: [featureOf(name)] })
    const codes = Object.values(operation?.responses ?? {}).flatMap((response) =>
      '$ref' in response ? (response.$ref.split('/').at(-1) ?? '').split('.') : [],
    )
    expect(codes.sort(), name).toEqual(errorsOf(operations[name]).sort())
    for (const code of codes) expect(Object.keys(errorCatalogue)).toContain(code)
  }
  expect(Object.values(paths).flatMap(Object.keys)).toHaveLength(operationNames.length)
  expect(components.schemas).toHaveProperty('Error')
})

test('the input is split between path, query and body', () => {
  const send = described('message.send')
  expect(send?.parameters?.map(({ name, in: place }) => [name, place])).toEqual([['conversationId', 'path']])
  const body = send?.requestBody?.content['application/json']?.schema
  expect(Object.keys(body?.properties ?? {})).toEqual(['id', 'type', 'body'])
  expect(body).toMatchObject({ required: ['id', 'body'], additionalProperties: false })

  const page = described('message.page')
  expect(page?.requestBody).toBeUndefined()
  expect(page?.parameters?.map(({ name, in: place, required }) => [name, place, required])).toEqual([
    ['conversationId', 'path', true],
    ['before', 'query', false],
    ['after', 'query', false],
    ['around', 'query', false],
    ['limit', 'query', false],
  ])

  expect(described('membership.join')?.requestBody).toBeUndefined()
})

test('all operations require a token, except those that open a session or replace a lost password', () => {
  expect(openapi().security).toEqual([{ accessToken: [] }, { apiKey: [] }])
  const open = operationNames.filter((name) => described(name)?.security?.length === 0)
  expect(open.sort()).toEqual(['passwordLink.use', 'session.create', 'session.refresh', 'user.register'])
  const ofBackends = operationNames.filter((name) => described(name)?.security?.[0]?.apiKey)
  expect(ofBackends).toEqual(operationNames.filter((name) => 'keyOnly' in operations[name]))
  expect(ofBackends).toContain('user.upsert')
})

test('a schema with a name is listed once, and answers accept fields that a later version adds', () => {
  const { components, paths } = openapi()
  expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(['Message', 'User', 'ConversationSummary']))
  expect(components.schemas.Message).not.toHaveProperty('additionalProperties')
  expect(JSON.stringify(paths)).not.toContain('$defs')
  expect(JSON.stringify(paths)).toContain('#/components/schemas/Message')
})
