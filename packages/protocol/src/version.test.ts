import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type EventName, events, type OperationName, operations } from './catalogue.ts'
import type { EventDefinition, Operation } from './define.ts'
import { errorCatalogue } from './errors.ts'
import { type Feature, featureOf } from './features/index.ts'
import { OLDEST_SERVED_VERSION, PROTOCOL_VERSION } from './version.ts'

const whatToDo = `
The protocol changed. If that was not your intention, undo it. If it was:
  1. Could a client of the last version fail because of it (a field removed, a type or a limit narrower, a new required
     field, an error with another status, an event with another meaning)? Then raise PROTOCOL_VERSION in version.ts,
     and add a line there that says what changed. A new operation, a new event or a new optional field needs no new version.
  2. Write the new prints, and read their diff: npm run agree
`

type Definitions = Record<string, unknown>

/** Sorts names, such as those of required fields, because their order has no meaning; keeps the order of schemas. */
const inOrder = (one: unknown, other: unknown) =>
  typeof one === 'string' && typeof other === 'string' ? one.localeCompare(other) : 0

/** Removes descriptions and names of schemas, which may change at any time; the form of the data is left. */
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

const describeEvent = ({ durable, payload }: EventDefinition) => ({ durable, payload: shapeOf(payload, 'output') })

/** A hash that does not depend on the order of keys. */
const print = (value: unknown) => {
  const sorted = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
  return createHash('sha256').update(sorted).digest('hex').slice(0, 16)
}

const printsOf = (ops: Record<string, Operation>, evs: Record<string, EventDefinition>) => {
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
  // One print per feature, so that a change shows in which feature it was made.
  await expect(`${JSON.stringify(now, null, 2)}\n`, whatToDo).toMatchFileSnapshot('./version.prints.json')
})

test('the oldest served version is not above the present one', () => {
  expect(OLDEST_SERVED_VERSION).toBeGreaterThan(0)
  expect(OLDEST_SERVED_VERSION).toBeLessThanOrEqual(PROTOCOL_VERSION)
})

const changedBy = (ops: Record<string, Operation>, evs: Record<string, EventDefinition> = events) => {
  const before = printsOf(operations, events)
  const after = printsOf(ops, evs)
  return Object.keys({ ...before, ...after }).filter((feature) => before[feature] !== after[feature])
}

test.each<[string, string[], Partial<Operation>]>([
  ['a new field in the answer', ['typing'], { output: z.strictObject({ isTyping: z.boolean() }) }],
  ['a removed field of the input', ['typing'], { input: z.strictObject({}) }],
  ['another path', ['typing'], { http: { method: 'POST', path: '/typing' } }],
  ['another status', ['typing'], { http: { ...operations['typing.set'].http, status: 201 } }],
  ['an added error', ['typing'], { errors: ['not_found', 'forbidden'] }],
  ['the removal from sockets', ['typing'], { httpOnly: true }],
  ['another summary', [], { summary: 'Somebody is at the keys.' }],
  ['a description', [], { input: operations['typing.set'].input.describe('Who types.') }],
  ['a name for a schema', [], { input: operations['typing.set'].input.meta({ id: 'Typing' }) }],
])('%s changes the prints of %j', (_, features, change) => {
  const changed = { ...operations, 'typing.set': { ...operations['typing.set'], ...change } }
  expect(changedBy(changed)).toEqual(features)
})

test('an event that is no longer durable changes the print of its feature', () => {
  expect(
    changedBy(operations, { ...events, 'message.created': { ...events['message.created'], durable: false } }),
  ).toEqual(['messages'])
})
