import { expect, test } from 'vitest'
import { z } from 'zod'
import { operationNames, operations } from './catalogue.ts'

/** One thing with what stands beside it, as many as are asked for or may be made, or asked for again by positions. */
const bounded = new Set<string>([
  ...['message.get', 'attachment.quota', 'attachment.sign', 'attachment.list', 'hook.list'],
  'sync.run',
])

const fieldsOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, { type?: string }> =>
  Object(z.toJSONSchema(schema, { io })).properties

const isList = (name: (typeof operationNames)[number]) =>
  Object.entries(fieldsOf(operations[name].output, 'output')).some(([, { type }]) => type === 'array')

const lists = operationNames.filter((name) => operations[name].kind === 'query' && isList(name) && !bounded.has(name))

test('D6: the lists are found', () => {
  expect(lists).toEqual(
    expect.arrayContaining(['conversation.list', 'conversation.discover', 'user.search', 'session.list']),
  )
})

test.each(lists)('D6: %s has a cursor and a limit', (name) => {
  const fields = Object.keys(fieldsOf(operations[name].input, 'input'))
  expect(fields).toContain('limit')
  expect(fields.filter((field) => ['after', 'before'].includes(field))).not.toEqual([])
})

test.each(lists)('D6: the answer of %s says whether there is more', (name) => {
  const fields = Object.keys(fieldsOf(operations[name].output, 'output'))
  expect(fields.filter((field) => ['next', 'hasMore', 'hasAfter'].includes(field))).not.toEqual([])
})
