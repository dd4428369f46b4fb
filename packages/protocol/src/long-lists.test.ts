import { expect, test } from 'vitest'
import { z } from 'zod'
import { operationNames, operations } from './catalogue.ts'

/**
 * Answers with lists that cannot become long, such as side rows of one message, or what belongs to a hundred
 * conversations; `sync.run` has its own paging.
 */
const bounded = new Set<string>([
  ...['message.get', 'attachment.quota', 'attachment.sign', 'attachment.list', 'hook.list'],
  ...['membership.listMany', 'message.latest'],
  'sync.run',
])

const fieldsOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, { type?: string }> =>
  Object(z.toJSONSchema(schema, { io })).properties

const isList = (name: (typeof operationNames)[number]) =>
  Object.entries(fieldsOf(operations[name].output, 'output')).some(([, { type }]) => type === 'array')

const lists = operationNames.filter((name) => operations[name].kind === 'query' && isList(name) && !bounded.has(name))

test('D6: this test finds the lists', () => {
  expect(lists).toEqual(
    expect.arrayContaining(['conversation.list', 'conversation.discover', 'user.search', 'session.list']),
  )
})

test.each(lists)('D6: %s accepts a cursor and a limit', (name) => {
  const fields = Object.keys(fieldsOf(operations[name].input, 'input'))
  expect(fields).toContain('limit')
  expect(fields.filter((field) => ['after', 'before'].includes(field))).not.toEqual([])
})

test.each(lists)('D6: the answer of %s says whether another page follows', (name) => {
  const fields = Object.keys(fieldsOf(operations[name].output, 'output'))
  expect(fields.filter((field) => ['next', 'hasMore', 'hasAfter'].includes(field))).not.toEqual([])
})
