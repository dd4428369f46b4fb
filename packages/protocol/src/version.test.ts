import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type EventName, events, type OperationName, operations } from './catalogue.ts'
import type { EventKind, Operation } from './define.ts'
import { errorCatalogue } from './errors.ts'
import { type Feature, featureOf } from './features/index.ts'
import { OLDEST_SERVED_VERSION, PROTOCOL_VERSION } from './version.ts'

const whatToDo = `
The protocol changed. If that was not meant, undo it. If it was:
  1. Could a client of the last version stumble over it (a field gone, a type or a limit narrower, a new required
     field, an error with another status, an event with another meaning)? Then raise PROTOCOL_VERSION in version.ts,
     and add a line there that says what changed. A new operation, a new event or a new optional field needs no new version.
  2. Write what is agreed on now, and look at the difference: npm run agree
`

type Definitions = Record<string, unknown>

/** The order of names, such as those of required fields, says nothing either; that of schemas stays. */
const inOrder = (one: unknown, other: unknown) =>
  typeof one === 'string' && typeof other === 'string' ? one.localeCompare(other) : 0

/** Words for people and names of schemas may change at any time: what is left is what travels. */
const onTheWire = (part: unknown, definitions: Definitions, inside: readonly string[] = []): unknown => {
  if (Array.isArray(part)) return part.map((one) => onTheWire(one, definitions, inside)).sort(inOrder)
  if (typeof part !== 'object' || part === null) return part
  const { $ref, ...rest } = { $ref: '', ...part }
  const kept = Object.entries(rest).filter(([key, value]) => key !== 'description' || typeof value !== 'string')
  const own = Object.fromEntries(kept.map(([key, value]) => [key, onTheWire(value, definitions, inside)]))
  const name = $ref.replace('#/$defs/', '')
  if (name === '' || inside.includes(name)) return own
  return { ...Object(onTheWire(definitions[name], definitions, [...inside, name])), ...own }
}

const shapeOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $defs = {}, $schema, ...root } = z.toJSONSchema(schema, { io })
  return onTheWire(root, $defs)
}

const describeOperation = ({ kind, http, httpOnly = false, input, output, errors = [] }: Operation) => ({
  kind,
  http: { status: 200, ...http },
  httpOnly,
  input: shapeOf(input, 'input'),
  output: shapeOf(output, 'output'),
  errors: [...errors].sort(),
})

const describeEvent = ({ durable, payload }: EventKind) => ({ durable, payload: shapeOf(payload, 'output') })

/** Key order says nothing: it is sorted away. */
const print = (value: unknown) => {
  const sorted = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
  return createHash('sha256').update(sorted).digest('hex').slice(0, 16)
}

const printsOf = (ops: Record<string, Operation>, evs: Record<string, EventKind>) => {
  const parts: Partial<Record<Feature, Record<string, object>>> = {}
  const add = (name: OperationName | EventName, part: object) => {
    const feature = featureOf(name)
    parts[feature] = { ...parts[feature], [name]: part }
  }
  for (const [name, operation] of Object.entries(ops)) add(name as OperationName, describeOperation(operation))
  for (const [name, event] of Object.entries(evs)) add(name as EventName, describeEvent(event))
  const statuses = Object.entries(errorCatalogue).map(([code, { status, retry }]) => [code, status, retry])
  const prints = Object.entries(parts).map(([feature, part]) => [feature, print(part)])
  return Object.fromEntries([...prints, ['errors', print(statuses.sort())]])
}

test('the protocol does not change silently', async () => {
  const now = { version: PROTOCOL_VERSION, prints: printsOf(operations, events) }
  // What the two sides have agreed on: one print per feature, so that a change shows where it was made.
  await expect(`${JSON.stringify(now, null, 2)}\n`, whatToDo).toMatchFileSnapshot('./version.prints.json')
})

test('an older client is served up to a version that exists', () => {
  expect(OLDEST_SERVED_VERSION).toBeGreaterThan(0)
  expect(OLDEST_SERVED_VERSION).toBeLessThanOrEqual(PROTOCOL_VERSION)
})

const changedBy = (ops: Record<string, Operation>, evs: Record<string, EventKind> = events) => {
  const before = printsOf(operations, events)
  const after = printsOf(ops, evs)
  return Object.keys({ ...before, ...after }).filter((feature) => before[feature] !== after[feature])
}

test.each<[string, Partial<Operation>, string[]]>([
  ['a field more in the answer', { output: z.strictObject({ isTyping: z.boolean() }) }, ['typing']],
  ['a field less in the input', { input: z.strictObject({}) }, ['typing']],
  ['another path', { http: { method: 'POST', path: '/typing' } }, ['typing']],
  ['another status', { http: { ...operations['typing.set'].http, status: 201 } }, ['typing']],
  ['an error more', { errors: ['not_found', 'forbidden'] }, ['typing']],
  ['the socket form gone', { httpOnly: true }, ['typing']],
  ['other words for people', { summary: 'Somebody is at the keys.' }, []],
  ['a description', { input: operations['typing.set'].input.describe('Who types.') }, []],
  ['a name for a schema', { input: operations['typing.set'].input.meta({ id: 'Typing' }) }, []],
])('%s shows in the print of its feature', (_, change, features) => {
  const changed = { ...operations, 'typing.set': { ...operations['typing.set'], ...change } }
  expect(changedBy(changed)).toEqual(features)
})

test('an event that is no longer durable shows as well', () => {
  expect(
    changedBy(operations, { ...events, 'message.created': { ...events['message.created'], durable: false } }),
  ).toEqual(['messages'])
})
