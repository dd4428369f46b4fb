import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SignedIn } from '@parley/protocol'
import { startTestServer } from '@parley/server/testing'
import { newId, plain } from '@parley/server/testing/people'
import { stopClock } from '@parley/server/testing/stopped-clock'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ConversationClient } from './conversation-client.ts'
import { PernClient } from './pern-client.ts'
import { Rest } from './rest.ts'

/** So many messages lie there before anybody’s budget counts. */
const count = 500

let dataDir: string
let server: Awaited<ReturnType<typeof startTestServer>>
let people: Record<'ana' | 'bo' | 'eve', SignedIn>
let conversationId: string
const ids: string[] = []
const clients: (PernClient | ConversationClient)[] = []

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const unlimited = await startTestServer({ dataDir })
  const [ana, bo, eve] = [
    await unlimited.register('ana'),
    await unlimited.register('bo'),
    await unlimited.register('eve'),
  ]
  people = { ana, bo, eve }
  const native = await unlimited.connect(ana)
  conversationId = (await native.ask('conversation.openDirect', { userId: bo.user.id })).summary.conversation.id
  ids.push(...Array.from({ length: count }, newId))
  await Promise.all(ids.map((id) => native.ask('message.send', { conversationId, id, body: plain('Hello') })))
  await unlimited.close()
  server = await startTestServer({ dataDir, rateLimits: 'on' })
})
afterAll(async () => {
  for (const { socket } of clients) socket.close()
  await server.close()
  await rm(dataDir, { recursive: true, force: true })
})

const come = async (name: keyof typeof people) => {
  const client = new PernClient(server.url, people[name])
  clients.push(client)
  await client.inbox.next('connect')
  return client
}

/** Is the mark of somebody at the last message? */
const hasReadAll = async (userId: string): Promise<boolean> => {
  const native = await server.connect(people.ana)
  const { receipts } = await native.ask('receipt.list', { conversationId })
  const { lastSeq } = (await native.ask('conversation.get', { conversationId })).summary
  native.close()
  return receipts.some((receipt) => receipt.userId === userId && receipt.readSeq === lastSeq)
}

test('a client that marks 500 messages one by one gets an answer for each, and the sender gets a status for each', async () => {
  const [ana, bo] = [await come('ana'), await come('bo')]
  await bo.inbox.next('chat:message_received', { id: ids.at(-1) })
  await ana.ask('presence:online')
  // As they come: each received, each read, and between them what is no message.
  const order = ids.toSorted((one, other) => one.slice(-3).localeCompare(other.slice(-3)))
  const asked = order.flatMap((messageId) => [
    bo.ask('chat:message_delivered', { messageId }),
    bo.ask('chat:message_read', { messageId }),
  ])
  const wrong = [
    bo.ask('chat:message_read', { messageId: newId() }),
    bo.ask('chat:message_read', { messageId: '../x' }),
  ]
  const answers = await Promise.all(asked)
  // A message that came is answered as read, too, once one after it has been read.
  const either = expect.stringMatching(/^(delivered|read)$/)
  const expected = order.flatMap((messageId) => [either, 'read'].map((status) => ({ messageId, status })))
  expect(answers).toEqual(expected.map((data) => ({ success: true, data })))
  expect(await Promise.all(wrong)).toMatchObject([
    { success: false, error: { name: 'NotFoundError' } },
    { success: false, error: { name: 'ValidationError' } },
  ])
  expect(await hasReadAll(bo.id)).toBe(true)
  await ana.inbox.next('chat:message_status_updated', { messageId: ids.at(-1), status: 'read' })
  const told = ana.inbox.all('chat:message_status_updated').filter(({ status }) => status === 'read')
  expect(told.map(({ messageId }) => messageId)).toEqual(ids)
})

test('the same works by the pair id of a conversation, and with several events for one message', async () => {
  const { ana, bo } = people
  const client = new ConversationClient(server.url, ana)
  clients.push(client)
  await client.inbox.next('connect')
  const sender = await come('bo')
  const own: string[] = []
  for (let sent = 0; sent < 20; sent += 1) own.push(String((await sender.send(conversationId, `${sent}`)).id))
  const name = [ana.user.id, bo.user.id].sort().join('_')
  const asked = [...own, ...ids].map((id) => client.ask('mark_as_read', { conversationId: name, messageIds: [id] }))
  const readBy = ana.user.id
  const partly = client.ask('mark_as_read', { conversationId: name, messageIds: [own[0], newId()] })
  const wrong = client.ask('mark_as_read', { conversationId: name, messageIds: [newId()] })
  expect(await Promise.all(asked)).toEqual(
    [...own, ...ids].map((id) => ({ conversationId: name, messageIds: [id], readBy })),
  )
  expect(await partly).toEqual({ conversationId: name, messageIds: [own[0]], readBy })
  expect(await wrong).toMatchObject({ error: { code: 'NOT_FOUND' } })
  await sender.inbox.next('chat:message_status_updated', { messageId: own.at(-1), status: 'read' })
  expect(await hasReadAll(ana.user.id)).toBe(true)
})

test('marks beyond the rate limit are stored a little later, and those of a stranger change nothing', async () => {
  const [ana, bo, eve] = [await come('ana'), await come('bo'), await come('eve')]
  const { id: messageId } = await bo.send(conversationId, 'Good evening')
  const typing = Array.from({ length: 60 }, () => ana.ask('chat:typing', { conversationId, isTyping: true }))
  expect(await Promise.all(typing)).toContainEqual(
    expect.objectContaining({ error: expect.objectContaining({ name: 'TooManyRequestsError' }) }),
  )
  for (let time = 0; time < 200; time += 1) {
    ana.socket.emit('chat:message_read', { messageId })
    eve.socket.emit('chat:message_read', { messageId })
  }
  await bo.inbox.next('chat:message_status_updated', { messageId, status: 'read' })
  expect(await hasReadAll(ana.id)).toBe(true)
  const refused = () => eve.inbox.all('error').map(({ name }) => name)
  await expect.poll(() => refused().length).toBe(200)
  expect(new Set(refused())).toEqual(new Set(['NotFoundError']))
  expect(ana.inbox.all('error').filter(({ name }) => name !== 'TooManyRequestsError')).toEqual([])
})

test('marks by requests are merged too: each is answered, and a wrong one between them is refused', async () => {
  const { ana } = people
  const rest = new Rest(server.url, ana.accessToken)
  const mark = (messageId: string, status: string) => rest.post(`/api/messages/${messageId}/status`, { status })
  const asked = ids.slice(0, 200).map((id) => mark(id, 'read'))
  const wrong = await Promise.all([mark(newId(), 'read'), mark(ids[0] ?? '', 'seen'), mark('x'.repeat(5_000), 'read')])
  expect(wrong.map(({ status }) => status)).toEqual([404, 400, 404])
  for (const [at, { status, body }] of (await Promise.all(asked)).entries()) {
    expect([status, body.data]).toEqual([200, { message_id: ids[at], user_id: ana.user.id, status: 'read' }])
  }
})

test('a request beyond the limit is refused with the time to wait', async () => {
  const bo = await come('bo')
  // No budget comes back.
  const clock = stopClock()
  onTestFinished(clock.release)
  const message = { conversation_id: conversationId, content_encrypted: 'x' }
  const answers = await Promise.all(Array.from({ length: 60 }, () => bo.rest.post('/api/messages', message)))
  const refused = answers.filter(({ status }) => status !== 201)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThan(60)
  for (const { status, headers, body } of refused) {
    const error = body.error as { name: string; retryAfterMs: number }
    expect([status, error.name]).toEqual([429, 'TooManyRequestsError'])
    expect(headers.get('retry-after')).toBe(String(Math.ceil(error.retryAfterMs / 1_000)))
  }
})

test('only a client that leaves 5,000 marks waiting is disconnected', async () => {
  const [ana, bo] = [await come('ana'), await come('bo')]
  // No budget comes back, so marks wait.
  const clock = stopClock()
  onTestFinished(clock.release)
  await Promise.all(Array.from({ length: 60 }, () => ana.ask('chat:typing', { conversationId, isTyping: true })))
  for (let sent = 0; sent < 6_000; sent += 1) ana.socket.emit('chat:message_read', { messageId: ids[0] })
  await expect.poll(() => ana.socket.connected).toBe(false)
  await bo.heardAll()
  expect(bo.socket.connected).toBe(true)
})
