import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { arriveAll, enter, newId, openDirect, openRoom, type Person, plain, refusalOf, say } from '../testing/people.ts'
import { openTestDatabase } from '../testing/test-database.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { topology } from '../testing/topology.ts'
import { type ReceivedWebhook, startReceiver, type WebhookReceiver } from '../testing/webhook-receiver.ts'
import { newWebhookSecret } from './signature.ts'
import { verifyWebhook } from './verify-webhook.ts'

let server: TestServer
let usual: WebhookReceiver
let choosy: WebhookReceiver
let ana: Person
let bo: Person
const next = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

beforeAll(async () => {
  usual = await startReceiver()
  choosy = await startReceiver()
  const { url, secret } = usual.endpoint
  server = await startTestServer({
    webhooks: [
      { url, secret: [secret, next] },
      { ...choosy.endpoint, events: ['reaction.added', 'message.deleted'] },
    ],
    webhookNetworks: ['loopback'],
    sharedDatabase: true,
    timing: { jobRetryMs: 1 },
  })
  ;[ana, bo] = await arriveAll(server, 'ana', 'bo')
})
afterAll(async () => {
  await server.close()
  expect([...usual.refused, ...choosy.refused]).toEqual([])
  await Promise.all([usual.close(), choosy.close()])
})
afterEach(() => {
  for (const receiver of [usual, choosy]) receiver.answer = () => 204
})

const about = (receiver: WebhookReceiver, conversationId: string) =>
  receiver.accepted().filter(({ data }) => data.conversationId === conversationId)
const typesAbout = (receiver: WebhookReceiver, conversationId: string) =>
  about(receiver, conversationId).map(({ type }) => type)
/** What the newest deliveries became, the newest first. */
const newest = async (limit: number) => (await server.parley.webhooks.log({ limit })).map(({ state }) => state)

test('an endpoint receives the events of a conversation in order, with the same payloads as devices', async () => {
  const room = await openRoom(ana, [], { name: 'Kitchen' })
  await ana.ask('membership.add', { conversationId: room, userIds: [bo.id] })
  const message = await say(bo, room, 'Dinner?')
  await expect.poll(() => typesAbout(usual, room).at(-1)).toBe('message.created')
  await bo.ask('message.edit', { messageId: message.id, body: plain('Lunch?') })
  await ana.ask('reaction.add', { messageId: message.id, emoji: '👍' })
  await ana.ask('conversation.update', { conversationId: room, name: 'Garden' })
  await bo.ask('message.delete', { messageId: message.id })
  await bo.ask('membership.leave', { conversationId: room })
  await expect.poll(() => typesAbout(usual, room).at(-1)).toBe('membership.left')
  expect(typesAbout(usual, room)).toEqual([
    ...['conversation.created', 'membership.joined', 'membership.joined', 'message.created', 'message.updated'],
    ...['conversation.updated', 'message.deleted', 'membership.left'],
  ])
  await expect.poll(() => typesAbout(choosy, room)).toEqual(['reaction.added', 'message.deleted'])
  const [created, , , sent] = about(usual, room) as [ReceivedWebhook, ReceivedWebhook, ReceivedWebhook, ReceivedWebhook]
  expect(created.data).toMatchObject({ rev: 1, conversation: { name: 'Kitchen' }, memberships: [{ userId: ana.id }] })
  expect(sent.data).toEqual(ana.all('message.created').find(({ conversationId }) => conversationId === room))
  expect(sent.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Parley' })
})

test('a request is signed with each secret, so that a receiver can exchange its secret', async () => {
  const room = await openRoom(ana)
  await expect.poll(() => about(usual, room)).toHaveLength(2)
  const [{ body, headers }] = about(usual, room) as [ReceivedWebhook]
  for (const secret of [usual.endpoint.secret, next]) expect(verifyWebhook(body, headers, secret)).toMatchObject({})
  expect(() => verifyWebhook(body, headers, newWebhookSecret())).toThrow('No signature')
})

test('an endpoint receives direct conversations and sealed bodies too', async () => {
  const pair = await openDirect(ana, bo)
  const body = { kind: 'sealed', ciphertext: 'opaque' } as const
  await ana.ask('message.send', { conversationId: pair, id: newId(), body })
  await expect
    .poll(() => typesAbout(usual, pair))
    .toEqual(['conversation.created', 'membership.joined', 'message.created'])
  expect(about(usual, pair)[2]?.data.messages?.[0]?.body).toEqual(body)
})

test('a refused message is not sent, and a message sent three times is delivered once', async () => {
  const room = await openRoom(ana)
  expect(await refusalOf(bo, 'message.send', { conversationId: room, id: newId(), body: plain('x') })).toBeDefined()
  const message = { conversationId: room, id: newId(), body: plain('once') }
  for (let times = 0; times < 3; times++) await ana.ask('message.send', message)
  await say(ana, room, 'last')
  await expect.poll(() => about(usual, room)).toHaveLength(4)
})

test('a failed delivery is retried under the same id until it is accepted, before later ones of its conversation', async () => {
  const room = await openRoom(ana)
  let failures = 3
  usual.answer = ({ type, data }) =>
    type === 'message.created' && data.conversationId === room && failures-- > 0 ? 500 : 204
  const sent = [await say(ana, room, 'one'), await say(ana, room, 'two')]
  await expect.poll(() => about(usual, room)).toHaveLength(4)
  const messages = usual.received.filter(({ type, data }) => type === 'message.created' && data.conversationId === room)
  expect(messages.map(({ status }) => status)).toEqual([500, 500, 500, 204, 204])
  expect(messages.map(({ data }) => data.messages?.[0]?.id)).toEqual([...Array(4).fill(sent[0]?.id), sent[1]?.id])
  expect(new Set(messages.slice(0, 4).map(({ id }) => id)).size).toBe(1)
  await expect.poll(() => newest(1)).toEqual(['done'])
  const [, fourth] = await server.parley.webhooks.log({ limit: 2 })
  expect(fourth).toMatchObject({ type: 'message.created', tries: 4, note: 'answered 204' })
})

test('replay() ends the pauses of failed deliveries, so that an endpoint that works again is tried at once', async () => {
  const receiver = await startReceiver()
  const patient = await startTestServer({
    webhooks: [receiver.endpoint],
    webhookNetworks: ['loopback'],
    timing: { jobRetryMs: 3_600_000 },
  })
  onTestFinished(async () => {
    await patient.close()
    await receiver.close()
  })
  const { webhooks } = patient.parley
  receiver.answer = () => 500
  const [cleo] = await arriveAll(patient, 'cleo')
  for (let rooms = 0; rooms < 2; rooms++) await openRoom(cleo)
  const tried = async () => (await webhooks.log()).filter(({ tries }) => tries === 1).length
  await expect.poll(tried).toBe(2)
  receiver.answer = () => 204
  expect(await webhooks.replay({ failedSince: 0, endpoint: 'another' })).toBe(0)
  expect(receiver.received).toHaveLength(2)
  expect(await webhooks.replay({ failedSince: 0 })).toBe(0)
  await expect.poll(() => receiver.accepted()).toHaveLength(4)
})

test('the text of a deleted message is removed from the delivery log and from deliveries that still wait', async () => {
  const room = await openRoom(ana)
  const isAboutRoom = ({ data }: { data: { conversationId: string } }) => data.conversationId === room
  await expect.poll(() => about(usual, room)).toHaveLength(2)
  usual.answer = (told) => (isAboutRoom(told) ? 500 : 204)
  const sent = await say(ana, room, 'canary')
  await expect.poll(() => usual.received.filter(isAboutRoom).length).toBeGreaterThan(3)
  await ana.ask('message.delete', { messageId: sent.id })
  const brief = newId()
  await Promise.all([
    ana.ask('message.send', {
      conversationId: room,
      id: brief,
      body: plain('canary, deleted with the commit that has it'),
    }),
    ana.ask('message.delete', { messageId: brief }),
  ])
  usual.answer = () => 204
  await expect
    .poll(() => typesAbout(usual, room))
    .toEqual([
      ...['conversation.created', 'membership.joined', 'message.created', 'message.deleted'],
      ...['message.created', 'message.deleted'],
    ])
  expect(about(usual, room)[2]?.data.messages?.[0]).toMatchObject({ id: sent.id, body: null })
  const { read, close } = await openTestDatabase(server.dataDir)
  const rows = await read.selectFrom('jobs').select('payload').execute()
  await close()
  expect(rows.length).toBeGreaterThan(0)
  expect(rows.filter(({ payload }) => payload.includes('canary'))).toEqual([])
})

test('an edited message’s earlier text is removed from the delivery log, and waiting deliveries get the new text', async () => {
  const room = await openRoom(ana)
  const isAboutRoom = ({ data }: { data: { conversationId: string } }) => data.conversationId === room
  await expect.poll(() => about(usual, room)).toHaveLength(2)
  const sent = await say(ana, room, 'slip of the pen')
  await expect.poll(() => about(usual, room)).toHaveLength(3)
  usual.answer = (told) => (isAboutRoom(told) ? 500 : 204)
  await ana.ask('message.edit', { messageId: sent.id, body: plain('slip of the keys') })
  await expect.poll(() => usual.received.filter(isAboutRoom).length).toBeGreaterThan(4)
  await ana.ask('message.edit', { messageId: sent.id, body: plain('what was meant') })
  usual.answer = () => 204
  await expect.poll(() => typesAbout(usual, room)).toHaveLength(5)
  const told = about(usual, room).slice(3)
  expect(told.map(({ data }) => data.messages?.[0]?.body)).toEqual(Array(2).fill(plain('what was meant')))
  const { read, close } = await openTestDatabase(server.dataDir)
  const rows = await read.selectFrom('jobs').select('payload').execute()
  await close()
  expect(rows.filter(({ payload }) => payload.includes('what was meant'))).toHaveLength(3)
  expect(rows.filter(({ payload }) => payload.includes('slip of'))).toEqual([])
})

test('a message that is edited many times has few edits to be rewritten, and an endpoint that was away receives the last', async () => {
  const room = await openRoom(ana)
  const isAboutRoom = ({ data }: { data: { conversationId: string } }) => data.conversationId === room
  const sent = await say(ana, room, 'draft 0')
  const edit = async (from: number, count: number) => {
    for (let at = from; at < from + count; at++) {
      await ana.ask('message.edit', { messageId: sent.id, body: plain(`draft ${at}`) })
    }
  }
  const kept = async () => {
    const { read, close } = await openTestDatabase(server.dataDir)
    const rows = await read.selectFrom('jobs').select('id').where('about', '=', sent.id).execute()
    await close()
    return rows.length
  }
  await edit(1, 30)
  expect(await kept()).toBeLessThanOrEqual(21)
  usual.answer = (told) => (isAboutRoom(told) ? 500 : 204)
  await edit(31, 30)
  expect(await kept()).toBeLessThanOrEqual(21)
  usual.answer = () => 204
  await say(ana, room, 'the end')
  await expect.poll(() => about(usual, room).at(-1)?.data.messages?.[0]?.body).toEqual(plain('the end'))
  expect(typesAbout(usual, room).slice(0, 3)).toEqual(['conversation.created', 'membership.joined', 'message.created'])
  expect(about(usual, room).at(-2)?.data.messages?.[0]?.body).toEqual(plain('draft 60'))
})

test('a deleted or erased message is also removed from deliveries to endpoints that are no longer configured', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const nobody = { url: 'http://127.0.0.1:9/', secret: next }
  const first = await startTestServer({ dataDir, sharedDatabase: true, webhooks: [nobody] })
  const [cleo, dan] = await arriveAll(first, 'cleo', 'dan')
  const room = await openRoom(cleo, [dan])
  const [taken] = [await say(cleo, room, 'canary'), await say(dan, room, 'canary'), await say(cleo, room, 'kept')]
  await first.close()

  const second = await startTestServer({ dataDir, sharedDatabase: true })
  const { read, close } = await openTestDatabase(dataDir)
  onTestFinished(async () => {
    await close()
    await second.close()
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  const payloadsWith = async (text: string) => {
    const rows = await read.selectFrom('jobs').select('payload').execute()
    return rows.filter(({ payload }) => payload.includes(text)).length
  }
  expect(await payloadsWith('canary')).toBe(2)
  const cleoAgain = await enter(second, cleo.signedIn)
  await cleoAgain.ask('message.delete', { messageId: taken.id })
  expect(await payloadsWith('canary')).toBe(1)
  await second.parley.users.erase(dan.id)
  expect(await payloadsWith('canary')).toBe(0)
  expect(await payloadsWith(dan.user.username)).toBe(0)
  expect(await payloadsWith('kept')).toBe(1)
})

test('deliveries that were given up are in the log, and can be sent again one by one or all since a time', async () => {
  const receiver = await startReceiver()
  const hasty = await startTestServer({
    webhooks: [receiver.endpoint],
    webhookNetworks: ['loopback'],
    timing: { jobRetryMs: 0 },
  })
  onTestFinished(async () => {
    await hasty.close()
    await receiver.close()
  })
  const { webhooks, metrics } = hasty.parley
  const failed = async () => (await webhooks.log()).filter(({ state }) => state === 'failed')
  const wokenUntil = (what: () => Promise<unknown>) =>
    expect.poll(async () => {
      await webhooks.replay({ failedSince: Number.MAX_SAFE_INTEGER })
      return what()
    })
  receiver.answer = () => 500
  const [cleo] = await arriveAll(hasty, 'cleo')
  const sent = await say(cleo, await openRoom(cleo))
  await wokenUntil(async () => (await failed()).length).toBe(3)
  expect(await failed()).toEqual(Array(3).fill(expect.objectContaining({ tries: 14, note: 'answered 500' })))
  const [state] = await webhooks.list()
  expect(state).toMatchObject({ url: receiver.endpoint.url, failed: 3, waiting: 0, disabledAt: null })
  expect(await metrics()).toContain(`parley_webhook_failed{endpoint="${state?.id}"} 3`)

  receiver.answer = () => 204
  const message = (await failed()).find(({ type }) => type === 'message.created')
  expect(await webhooks.replay({ id: message?.id ?? '' })).toBe(1)
  await expect.poll(async () => (await webhooks.log()).filter(({ state }) => state === 'done').length).toBe(1)
  expect(receiver.accepted().map(({ id, data }) => [id, data.messages?.[0]?.id])).toEqual([[message?.id, sent.id]])
  expect(await webhooks.replay({ failedSince: Number.MAX_SAFE_INTEGER })).toBe(0)
  expect(await webhooks.replay({ failedSince: 0, endpoint: 'another' })).toBe(0)
  expect(await webhooks.replay({ failedSince: 0 })).toBe(2)
  await expect.poll(async () => (await webhooks.log()).map(({ state }) => state)).toEqual(['done', 'done', 'done'])
  expect(
    receiver
      .accepted()
      .map(({ type }) => type)
      .slice(1),
  ).toEqual(['conversation.created', 'membership.joined'])
  expect(await metrics()).toContain(`parley_webhook_waiting{endpoint="${state?.id}"} 0`)
})

test('an accepted delivery can be sent again under its id; an unknown id is not sent', async () => {
  const room = await openRoom(ana)
  await expect.poll(() => newest(2)).toEqual(['done', 'done'])
  const [last] = await server.parley.webhooks.log({ limit: 1 })
  expect(await server.parley.webhooks.replay({ id: last?.id ?? '' })).toBe(1)
  await expect.poll(() => usual.received.filter(({ id }) => id === last?.id)).toHaveLength(2)
  expect(await server.parley.webhooks.replay({ id: newId() })).toBe(0)
  expect(about(usual, room)).toHaveLength(2)
})

test('an endpoint that answers 410 is disabled until it is enabled again', async () => {
  const { webhooks } = server.parley
  const idOf = async () => (await webhooks.list())[1]?.id ?? ''
  const room = await openRoom(ana)
  const gone = async (person: Person) => {
    const { id } = await say(person, room)
    await person.ask('message.delete', { messageId: id })
  }
  choosy.answer = () => 410
  await gone(ana)
  await expect.poll(async () => (await webhooks.list())[1]?.disabledAt).toEqual(expect.any(Number))
  expect(await server.parley.metrics()).toContain(`parley_webhook_disabled{endpoint="${await idOf()}"} 1`)
  const requests = choosy.received.length
  choosy.answer = () => 204
  await gone(ana)
  await expect.poll(() => typesAbout(usual, room).filter((type) => type === 'message.deleted')).toHaveLength(2)
  expect(choosy.received).toHaveLength(requests)
  expect(await webhooks.enable(await idOf())).toBe(true)
  expect(await webhooks.enable(await idOf())).toBe(false)
  await expect
    .poll(async () => {
      await gone(ana)
      return choosy.received.length
    })
    .toBeGreaterThan(requests)
})

describe('a server', () => {
  test('without endpoints stores nothing for webhooks', async () => {
    const plainServer = await startTestServer({ sharedDatabase: true })
    onTestFinished(() => plainServer.close())
    const [cleo] = await arriveAll(plainServer, 'cleo')
    await say(cleo, await openRoom(cleo))
    const { read, close } = await openTestDatabase(plainServer.dataDir)
    expect(await read.selectFrom('jobs').selectAll().execute()).toEqual([])
    await close()
    expect(await plainServer.parley.webhooks.list()).toEqual([])
    expect(await plainServer.parley.metrics()).not.toContain('webhook')
  })

  test('does not send to its own machine unless its operator allows that', async () => {
    const receiver = await startReceiver()
    const guarded = await startTestServer({ webhooks: [receiver.endpoint] })
    onTestFinished(async () => {
      await guarded.close()
      await receiver.close()
    })
    const [cleo] = await arriveAll(guarded, 'cleo')
    await openRoom(cleo)
    await expect
      .poll(async () => (await guarded.parley.webhooks.log()).map(({ state, note }) => `${state}: ${note}`))
      .toContainEqual(expect.stringMatching(/^waiting: 127.0.0.1 is in a network that webhooks may not reach/))
    expect([...receiver.received, ...receiver.refused]).toEqual([])
  })

  test.each([
    [{ url: 'ftp://hook.example', secret: next }, 'url must begin with https:// or http://'],
    [{ url: 'https://ana:secret@hook.example', secret: next }, 'without a user name'],
    [{ url: 'https://hook.example', secret: 'short' }, 'secret must be whsec_'],
    [{ url: 'https://hook.example', secret: next, events: ['nothing'] }, 'events must be of conversation.created'],
    [{ url: 'https://hook.example' }, 'webhooks: '],
  ])('refuses the endpoint %j, without showing its secret', async (wrong, sentence) => {
    const starting = startTestServer({ webhooks: [wrong as never] })
    await expect(starting).rejects.toThrow(sentence)
    await expect(starting).rejects.not.toThrow(next)
  })

  test('refuses the same address twice, and more endpoints than allowed', async () => {
    const at = (path: string) => ({ url: `https://hook.example/${path}`, secret: next })
    await expect(startTestServer({ webhooks: [at('a'), at('./a')] })).rejects.toThrow('name each url once')
    const many = Array.from({ length: 17 }, (_, index) => at(String(index)))
    await expect(startTestServer({ webhooks: many })).rejects.toThrow('webhooks: ')
  })
})
