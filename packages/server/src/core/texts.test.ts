import { type OperationName, operationNames, operations, type Reply, type SignedIn } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleInputs } from '../../../protocol/src/sample-inputs.ts'
import { textFieldsOf, unstorableForms, valueAt, withValueAt } from '../../../protocol/src/text-fields.ts'
import { arrive, arriveAll, newId, newName, openRoom, type Person } from '../testing/people.ts'
import { askOverRest } from '../testing/rest-form.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let eve: Person
beforeAll(async () => {
  server = await startTestServer()
  eve = await arrive(server, 'eve')
})
afterAll(() => server.close())

/** Good inputs, each with one text that no database can store, in each place of each of its texts. */
const unstorableInputs = (name: OperationName): [at: string, input: object][] =>
  textFieldsOf(operations[name].input).flatMap(({ path }) => {
    const good = valueAt(sampleInputs[name], path)
    if (typeof good !== 'string') return []
    const forms = unstorableForms(good)
    // Each place was tried against the schema; on the way to it the first, one between and the last will do.
    const few = forms.filter((_, at) => [0, Math.floor(good.length / 2), good.length].includes(at % (good.length + 1)))
    return few.map((text): [string, object] => [path.join('.'), withValueAt(sampleInputs[name], path, text) as object])
  })

const withTexts = operationNames.filter((name) => unstorableInputs(name).length > 0)
const codeOf = (reply: Reply<unknown>) => (reply.ok ? 'ok' : reply.error.code)
const raw = (path: string, method: string, body: Uint8Array<ArrayBuffer>) =>
  fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${eve.signedIn.accessToken}`, 'content-type': 'application/json' },
    body,
  })

describe('D3: a text that no database can store', () => {
  test.each(withTexts)('is refused by %s over a socket', async (name) => {
    const expected = 'httpOnly' in operations[name] ? 'unknown_operation' : 'invalid_input'
    for (const [at, input] of unstorableInputs(name)) {
      expect([at, codeOf(await eve.reply(name, input))]).toEqual([at, expected])
    }
  })

  test.each(withTexts)('is refused by %s over REST', async (name) => {
    for (const [at, input] of unstorableInputs(name)) {
      // An address can hold NUL, but half a character only as three bytes that are not UTF-8.
      const isInAddress = operations[name].http.path.includes(`:${at}`) || operations[name].kind === 'query'
      if (isInAddress && !JSON.stringify(input).includes('\\u0000')) continue
      const response = await askOverRest(server, name, input, eve.signedIn.accessToken)
      expect([at, response.status, codeOf(await response.json())]).toEqual([at, 400, 'invalid_input'])
    }
  })

  test.each([
    ['PATCH', '/api/v1/users/me', '{"displayName":"Ev?"}', { error: { code: 'invalid_input' } }],
    ['POST', '/chat/rooms', '{"name":"Ev?"}', { message: 'The body is not JSON.' }],
  ])(
    '%s %s refuses a body that is not UTF-8, instead of keeping other characters',
    async (method, path, text, answer) => {
      const [before = '', after = ''] = text.split('?')
      // The surrogate D800 as three bytes, a byte that never occurs, and a character that is cut off.
      for (const bytes of [[0xed, 0xa0, 0x80], [0xff], [0xf0, 0x9f, 0x98]]) {
        const body = Uint8Array.from(Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]))
        const response = await raw(path, method, body)
        expect(response.status).toBe(400)
        expect(await response.json()).toMatchObject(answer)
      }
      expect((await eve.ask('user.me', {})).user.displayName).toBe(eve.user.displayName)
    },
  )

  test('does not arise where an answer repeats the beginning of a name', async () => {
    const name = `${'x'.repeat(99)}\u{1F600}`
    eve.socket.emit(name as 'user.me', {}, undefined as never)
    const failed = await eve.heard('operation.failed', ({ operation }) => operation.startsWith('xxx'))
    expect(failed.operation.isWellFormed()).toBe(true)
    for (let length = 150; length < 200; length++) {
      const reply = await eve.reply('user.me', { [`${'x'.repeat(length)}\u{1F600}`]: 1 })
      expect(!reply.ok && reply.error.message.isWellFormed()).toBe(true)
    }
  })
})

/** Texts that a database might misread or cut; all of them can be stored. */
const odd = [
  '\u0001\u001b\u007f\u0085',
  'nonchar\uffff\ufffe\u{10ffff}',
  'marks\ufeff\u200d\u2060',
  'e\u0301\u{1F469}\u200d\u{1F52C}',
  `quote'"\\%_$1?:x;--`,
  '\ufffd',
]

describe('a text that can be stored comes back as it was sent', () => {
  test.each(odd)('%j', async (text) => {
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    const conversationId = await openRoom(ana, [bo])
    const body = { kind: 'plain', text } as const
    const { message } = await ana.ask('message.send', { conversationId, id: newId(), body })
    expect(message.body).toEqual(body)
    const { messages } = await bo.ask('message.page', { conversationId })
    expect(messages[0]?.body).toEqual(body)
    const direct = await ana.ask('conversation.openDirect', { userId: bo.id, context: text })
    expect((await bo.ask('conversation.findDirect', { userId: ana.id, context: text })).summary).toMatchObject({
      conversation: { id: direct.summary.conversation.id, context: text },
    })
    const avatarUrl = `https://example.org/${encodeURIComponent(text).replaceAll("'", '')}\u{1F600}`
    expect((await ana.ask('user.update', { avatarUrl })).user.avatarUrl).toBe(avatarUrl)
    expect((await bo.ask('user.get', { userId: ana.id })).user.avatarUrl).toBe(avatarUrl)
    expect((await bo.ask('user.search', { query: text })).users).toBeInstanceOf(Array)
  })

  test('the name of a program, which comes in a header, also comes back as it was sent', async () => {
    const userAgent = `odd\u0085\u00ff${'\u00e9'.repeat(400)}`
    const username = newName('ada')
    const response = await fetch(`${server.url}/api/v1/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': userAgent },
      body: JSON.stringify({ username, password: `password of ${username}` }),
    })
    const { data } = (await response.json()) as { data: SignedIn }
    const ada = await server.connect(data)
    const { sessions } = await ada.ask('session.list', {})
    expect(sessions.map((session) => session.userAgent)).toEqual([userAgent.slice(0, 300)])
  })
})
