import { API_PATH, type OperationName, operationNames, operations, type Reply } from '@parley/protocol'
import { sql, type TableMetadata } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sampleInputs } from '../../../protocol/src/sample-inputs.ts'
import type { Database } from '../storage/database.ts'
import type { Tables } from '../storage/tables.ts'
import { malformedFields, malformedWholes, unknownNames } from '../testing/malformed-input.ts'
import { arriveAll, openRoom, type Person, say } from '../testing/people.ts'
import { askOverRest, isRefusedByNode } from '../testing/rest-form.ts'
import { openTestDatabase } from '../testing/test-database.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let eve: Person
/** Two users who must be able to chat on after every test. */
let ana: Person
let bo: Person
let room: string
let said = 0
let stored: Database
let tables: TableMetadata[]
beforeAll(async () => {
  server = await startTestServer({ sharedDatabase: true })
  ;[ana, bo, eve] = await arriveAll(server, 'ana', 'bo', 'eve')
  room = await openRoom(ana, [bo])
  stored = await openTestDatabase(server.dataDir)
  tables = await stored.read.introspection.getTables()
})
afterAll(async () => {
  await stored.close()
  return server.close()
})

afterEach(async () => {
  const { seq, id } = await say(said % 2 ? ana : bo, room, `${said}`)
  expect(seq).toBe(++said)
  for (const person of [ana, bo]) await person.heard('message.created', ({ messages }) => messages?.[0]?.id === id)
  expect(eve.socket.connected).toBe(true)
})

/** Sends any event, without an acknowledgement. */
const emit = (name: string | number, ...args: unknown[]) =>
  (eve.socket as unknown as { emit(name: string | number, ...args: unknown[]): void }).emit(name, ...args)

/** Everything that is stored, to see that a refusal left nothing of itself. */
const everything = () =>
  Promise.all(
    tables.map(({ name, columns }) => {
      const order = sql.join(columns.map((column) => sql.ref(column.name)))
      return stored.read
        .selectFrom(name as keyof Tables)
        .selectAll()
        .orderBy(order)
        .execute()
    }),
  )

/** What the wire makes of a value. */
const sent = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

const isGood = (name: OperationName, value: unknown) => operations[name].input.safeParse(value ?? {}).success

const isOnSocket = (name: OperationName) => !('httpOnly' in operations[name])

const refusals = ['invalid_input', 'unknown_operation']
const refused = {
  ok: false,
  error: { code: expect.any(String), message: expect.any(String), requestId: expect.stringMatching(/./) },
}

async function expectRefusal(reply: Reply<unknown>): Promise<void> {
  expect(reply).toEqual(refused)
  expect(refusals).toContain(reply.ok || reply.error.code)
}

/** Bad in one field: each field of a good input with each value that this field does not take. */
const inputsBadInOneField = (name: OperationName): [string, object][] =>
  Object.keys(sampleInputs[name]).flatMap((field) =>
    Object.entries(malformedFields)
      .map(([what, value]): [string, object] => [`${what} as ${field}`, { ...sampleInputs[name], [field]: value }])
      .filter(([, input]) => !isGood(name, sent(input))),
  )

describe.each(operationNames)('%s', (name) => {
  const bad: [string, unknown][] = [
    ...Object.entries(malformedWholes).filter(([, value]) => !isGood(name, sent(value))),
    ...inputsBadInOneField(name),
    ['one field too many', { ...sampleInputs[name], unknown: 1 }],
  ]

  test('refuses every malformed input over a socket, and stores nothing of it', async () => {
    expect(bad.length).toBeGreaterThan(15)
    const before = await everything()
    for (const [what, input] of bad) {
      const reply = await eve.reply(name, input)
      expect([what, reply.ok]).toEqual([what, false])
      await expectRefusal(reply)
    }
    expect(await everything()).toEqual(before)
  })

  test('refuses it over REST, and stores nothing of it', async () => {
    const before = await everything()
    for (const [what, input] of inputsBadInOneField(name)) {
      if (isRefusedByNode(name, input)) continue
      const response = await askOverRest(server, name, input, eve.signedIn.accessToken)
      const reply = (await response.json()) as Reply<unknown>
      expect([what, response.status < 500]).toEqual([what, true])
      // An address has no types: what is an object elsewhere is a text there, and may be a good one to search for.
      if (operations[name].kind === 'query' && response.ok) continue
      expect([what, reply]).toEqual([what, refused])
    }
    expect(await everything()).toEqual(before)
  })

  test('refuses bytes, functions and arguments in the wrong place', async () => {
    const needsSomething = !isGood(name, {})
    const shapes: unknown[][] = [
      [Buffer.from('{"conversationId":"x"}')],
      [Buffer.alloc(200_000)],
      [new Uint8Array(0)],
      [{ conversationId: Buffer.from('x'), messageId: Buffer.from('y') }],
      ['first', sampleInputs[name]],
      ...(needsSomething ? [[], [null], [() => {}], [undefined, sampleInputs[name]], [null, null, null]] : []),
    ]
    const before = await everything()
    for (const shape of shapes) await expectRefusal(await eve.reply(name, ...shape))
    expect(await everything()).toEqual(before)
  })
})

test.each(operationNames.filter(isOnSocket))(
  '%s reports a refusal by an event if the client asked for no acknowledgement',
  async (name) => {
    const count = () => eve.all('operation.failed').length
    const before = count()
    emit(name, 'malformed')
    await eve.heard('operation.failed', () => count() > before)
    expect(eve.all('operation.failed').at(-1)).toEqual({ operation: name, error: refused.error })
  },
)

describe('a name that is no operation', () => {
  test.each(unknownNames.map((name) => [name.slice(0, 30), name]))('%j is answered as unknown', async (_, name) => {
    for (const args of [[], [null], [{}], [[]]]) {
      expect(await eve.reply(name, ...args)).toMatchObject({ ok: false, error: { code: 'unknown_operation' } })
    }
    const before = eve.all('operation.failed').length
    emit(name)
    const failed = await eve.heard('operation.failed', () => eve.all('operation.failed').length > before)
    expect(failed.error).toBeDefined()
    expect(eve.all('operation.failed').at(-1)?.operation.length).toBeLessThanOrEqual(100)
  })

  test.each([5, 0, -1, 1.5])('the number %d, which Socket.IO lets through, is answered too', async (name) => {
    expect(await eve.reply(name as unknown as string, {})).toMatchObject({ error: { code: 'unknown_operation' } })
    const before = eve.all('operation.failed').length
    emit(name)
    await eve.heard('operation.failed', () => eve.all('operation.failed').length > before)
  })
})

describe('a request that is no operation', () => {
  const requests: [method: string, path: string, body?: string][] = [
    ['GET', '/'],
    ['GET', '/nothing'],
    ['GET', '/users/%E0%A4%A'],
    ['GET', '/users/%00'],
    ['GET', '/users/..%2f..%2fetc%2fpasswd'],
    ['GET', `/users/${'x'.repeat(5_000)}`],
    ['GET', '/conversations/toString'],
    ['GET', '/conversations/__proto__'],
    ['GET', '/conversations/public?limit=NaN'],
    ['GET', '/conversations/public?limit[]=1'],
    ['GET', '/conversations/public?__proto__=1&constructor=2'],
    ['DELETE', '/'],
    ['PATCH', '/users'],
    ['POST', '/conversations', ''],
    ['POST', '/conversations', 'name=Kitchen'],
    ['POST', '/conversations', '{'],
    ['POST', '/conversations', 'null'],
    ['POST', '/conversations', '[]'],
    ['POST', '/conversations', '"name"'],
    ['POST', '/conversations', '{"name":"x"'],
    ['POST', '/conversations', '{"__proto__":{"name":"x"}}'],
    ['POST', '/conversations', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['POST', '/conversations', `{"name":"x","topic":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
    ['POST', '/conversations', `{"name":"${'x'.repeat(300_000)}"}`],
    ['POST', `/conversations/${'a'.repeat(36)}/messages`, '{"conversationId":"another"}'],
  ]

  test.each(
    requests.map(
      ([method, path, body]) =>
        [`${method} ${path.slice(0, 40)} ${body?.slice(0, 30) ?? ''}`, method, path, body] as const,
    ),
  )('%s is answered with an error of the catalogue', async (_, method, path, body) => {
    const before = await everything()
    const headers = { authorization: `Bearer ${eve.signedIn.accessToken}`, 'content-type': 'application/json' }
    const response = await fetch(`${server.url}${API_PATH}${path}`, { method, headers, body })
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    expect(await response.json()).toEqual(refused)
    expect(await everything()).toEqual(before)
  })
})
