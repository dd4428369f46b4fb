import { patience } from '@parley/server/testing/patience'
import { describe, expect, test } from 'vitest'
import type { Dialect, Incoming } from '../../packages/server/src/dialects/dialect.ts'
import { dialects } from '../../packages/server/src/dialects/dialects.ts'
import { type Malformed, malformedInsteadOf } from '../../packages/server/src/testing/malformed-packets.ts'
import type { Speaker, Vocabulary } from './speaker.ts'
import { stage } from './stage.ts'

const on = stage()

/** How clients connect by whom each dialect is spoken. */
const spokenBy: Record<string, readonly Vocabulary[]> = {
  rooms: ['000', '001'],
  conversations: ['unsaid'],
  pern: ['unsaid'],
}

const cases = dialects.flatMap((dialect) =>
  (spokenBy[dialect.name] ?? []).map((vocabulary) => ({ dialect, vocabulary, name: dialect.name })),
)

test('this file tests every built-in dialect', () => {
  expect(cases.map(({ name }) => name)).toEqual(expect.arrayContaining(dialects.map(({ name }) => name)))
})

/** A room that both are in with a message of Eve’s, so that only what is malformed about a packet is bad about it. */
const meet = async (vocabulary: Vocabulary) => {
  const [ana, eve] = await Promise.all([on.speak('000'), on.speak(vocabulary)])
  const roomId = await ana.createRoom('General')
  await eve.rest.get('/chat/rooms')
  await on.server().rest('POST', `/conversations/${roomId}/join`, { token: eve.token })
  const native = await on.server().connect(eve.signedIn)
  const messageId = '019a0000-0000-7000-8000-000000000001'.replace(/.{6}$/, String(++messages).padStart(6, '0'))
  await native.ask('message.send', { conversationId: roomId, id: messageId, body: { kind: 'plain', text: 'Hello' } })
  native.close()
  return { ana, eve, roomId, messageId }
}
let messages = 0

type Meeting = Awaited<ReturnType<typeof meet>>

/** The example of an event or a route with ids that exist. */
const real = (example: unknown, { ana, eve, roomId, messageId }: Meeting): unknown => {
  const ids: Record<string, unknown> = {
    ...Object.fromEntries(['roomId', 'conversationId', 'conversation_id', 'id'].map((name) => [name, roomId])),
    ...Object.fromEntries(['messageId', 'message_id'].map((name) => [name, messageId])),
    ...Object.fromEntries(['receiverId', 'participantId', 'user_id'].map((name) => [name, ana.id])),
    ...Object.fromEntries(['userId', 'senderId', 'sender_id'].map((name) => [name, eve.id])),
    ...{ rooms: [`room:${roomId}`], messageIds: [messageId], participant_ids: [ana.id] },
  }
  if (typeof example !== 'object' || example === null) return example
  return Object.fromEntries(Object.entries(example).map(([field, value]) => [field, ids[field] ?? value]))
}

/** The fields that name an author, written out so that a dialect that forgets one fails. */
const authorFields = ['userId', 'user_id', 'senderId', 'sender_id', 'sender', 'user', 'createdBy', 'created_by']

const sampleError = { code: 'invalid_input', message: 'm', requestId: 'r' } as const

/** The acknowledgement of a refusal in this dialect, for any error. */
const refusalOf = ({ refusal }: Incoming) => ({
  ...Object(refusal ? refusal(sampleError) : { ok: false }),
  error: expect.objectContaining({ message: expect.any(String) }),
})

const undisturbed = async ({ ana, eve, roomId }: Meeting) => {
  const content = `undisturbed ${++messages}`
  await ana.sendAndHear(roomId, content)
  expect(ana.inbox.all('error')).toEqual([])
  expect(eve.socket.connected).toBe(true)
}

const expectRefusal = async (eve: Speaker, event: string, incoming: Incoming, args: unknown[]) => {
  const answer = await eve.socket.timeout(patience.waitMs).emitWithAck(event, ...args)
  expect(answer).toEqual(refusalOf(incoming))
  for (const emission of incoming.failed(sampleError)) {
    const told = await eve.inbox.next(emission.event)
    expect(Object.keys(told)).toEqual(expect.arrayContaining(Object.keys(Object(emission.payload))))
  }
}

describe.each(cases)('malformed events of $name, from a client of $vocabulary', ({ dialect, vocabulary }) => {
  test.each(Object.keys(dialect.incoming))(
    '%s is refused with any malformed argument, and other clients are not disturbed',
    async (event) => {
      const meeting = await meet(vocabulary)
      const incoming = dialect.incoming[event] as Incoming
      const odd: [string, unknown[]][] = [
        ['no argument', []],
        ['a binary', [new Uint8Array(64)]],
        ['forty arguments', Array.from({ length: 40 }, () => null)],
      ]
      const malformed = malformedInsteadOf(real(incoming.example, meeting)).map(
        ([what, value]: Malformed): [string, unknown[]] => [what, [value]],
      )
      for (const [what, args] of [...odd, ...malformed]) {
        // What takes nothing takes anything, and is answered all the same.
        const outcome =
          incoming.example === undefined
            ? meeting.eve.socket.timeout(patience.waitMs).emitWithAck(event, ...args)
            : expectRefusal(meeting.eve, event, incoming, args)
        await outcome.catch((cause: unknown) => {
          throw new Error(`${event} with ${what}`, { cause })
        })
      }
      await undisturbed(meeting)
    },
  )

  test('an unknown event, also one named like a property of every object, does nothing', async () => {
    const eve = await on.speak(vocabulary)
    for (const event of ['no:such', '__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])
      eve.socket.emit(event, {})
    const [known = ''] = Object.keys(dialect.incoming)
    await eve.socket.timeout(patience.waitMs).emitWithAck(known, null)
    expect(eve.socket.connected).toBe(true)
  })

  test.each(Object.keys(dialect.incoming))('%s that names another user as its author is refused', async (event) => {
    const meeting = await meet(vocabulary)
    const { ana, eve } = meeting
    const incoming = dialect.incoming[event] as Incoming
    const example = real(incoming.example, meeting)
    for (const claim of incoming.claims ?? authorFields) {
      for (const claimed of [
        ana.id,
        { id: ana.id },
        { _id: ana.id },
        { id: eve.id, _id: ana.id },
        'nobody',
        7,
        [eve.id],
      ]) {
        await expectRefusal(eve, event, incoming, [{ ...Object(example), [claim]: claimed }])
      }
    }
    await undisturbed(meeting)
  })
})

const routesOf = (dialect: Dialect) =>
  dialect.routes.map((route) => ({ route, name: `${route.method} ${route.path}`, dialect }))

const badQueries = ['limit', 'offset', 'page', 'before', 'cursor'].flatMap((name) =>
  ['', '-1', '1e309', 'a%00b', '%ED%A0%80', '__proto__', '%7B%7D', '9'.repeat(400)].map((bad) => `${name}=${bad}`),
)
const badParams = ['a%00b', '%ED%A0%80', '__proto__', 'constructor', 'x'.repeat(2_000), '%24ne', '%7B%7D', '-1']

describe.each(dialects.flatMap(routesOf))('malformed requests to $name', ({ route, dialect }) => {
  const expectFailure = ({ status, body }: { status: number; body: object }) => {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(Object.keys(body)).toEqual(
      expect.arrayContaining(Object.keys(Object(dialect.routeFailed(sampleError).body))),
    )
  }
  const fill = (params: object) =>
    Object.entries(params).reduce((path, [name, value]) => path.replace(`:${name}`, value), route.path as string)

  test('an invalid id in the path is refused', async () => {
    const meeting = await meet('000')
    const params = Object(real(route.example.params ?? {}, meeting)) as Record<string, string>
    for (const name of Object.keys(params)) {
      for (const bad of badParams) {
        const path = fill({ ...params, [name]: bad })
        expectFailure(await meeting.eve.rest.call(route.method, path, route.example.body))
      }
    }
    await undisturbed(meeting)
  })

  test('an invalid query is refused or ignored', async () => {
    if (route.method !== 'GET') return
    const meeting = await meet('000')
    const path = fill(Object(real(route.example.params ?? {}, meeting)))
    for (const query of [...badQueries, badQueries.join('&'), 'limit=1&limit=2&limit[a]=3']) {
      const answer = await meeting.eve.rest.call('GET', `${path}?${query}`)
      if (answer.status !== 200) expectFailure(answer)
    }
    await undisturbed(meeting)
  })

  test('a body of another form, or with another user as the author, is refused', async () => {
    const meeting = await meet('000')
    const { ana, eve } = meeting
    const body = real(route.example.body, meeting)
    if (body === undefined) return
    const path = fill(Object(real(route.example.params ?? {}, meeting)))
    const claims = (route.claims ?? authorFields).map(
      (claim): Malformed => [claim, { ...Object(body), [claim]: ana.id }],
    )
    for (const [what, malformed] of [...malformedInsteadOf(body), ...claims]) {
      await eve.rest
        .call(route.method, path, malformed ?? null)
        .then(expectFailure)
        .catch((cause) => {
          throw new Error(what, { cause })
        })
    }
    for (const text of ['', '{', '{"a":', 'x'.repeat(1_000), `"${'x'.repeat(3_000_000)}"`]) {
      expectFailure(await eve.rest.callWithText(route.method, path, text))
    }
    await undisturbed(meeting)
  })
})

/** PostgreSQL takes no NUL, and half a character would come back as another one. */
const unstorable = ['a\u0000b', 'a\ud800b']

test.each(unstorable)('D3: no text of a foreign client is stored as another one: %j', async (text) => {
  const [ana, bo] = await Promise.all([on.speak(), on.speak()])
  const roomId = await ana.createRoom('General')
  const messageId = await ana.sendAndHear(roomId, 'good')
  for (const [event, argument, code] of [
    ['message:send', { roomId, content: text }, 'SEND_FAILED'],
    ['dm:send', { receiverId: bo.id, content: text }, 'DM_FAILED'],
    ['message:edit', { messageId, content: text }, 'EDIT_FAILED'],
  ] as const) {
    ana.socket.emit(event, argument)
    expect(await ana.inbox.next('error')).toMatchObject({ code })
  }
  for (const room of [{ name: text }, { name: 'Good', description: text }]) {
    expect((await ana.rest.post('/chat/rooms', room)).status).toBe(400)
  }
  expect((await ana.rest.get('/chat/rooms/a%00b/messages')).status).toBe(400)
  expect((await ana.rest.list(`/chat/rooms/${roomId}/messages`)).body).toMatchObject([{ content: 'good' }])
  expect((await ana.rest.list('/chat/conversations')).body).toEqual([])
})
