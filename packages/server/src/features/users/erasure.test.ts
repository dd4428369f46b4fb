import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Message } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { isBlobKey } from '../../storage/blobs/blob-store.ts'
import { filesWith, tablesWith } from '../../testing/files/canary.ts'
import { sendFiles, upload } from '../../testing/files/uploads.ts'
import {
  arrive,
  arriveAll,
  newId,
  openDirect,
  openRoom,
  type Person,
  plain,
  refusalOf,
  say,
} from '../../testing/people.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { topology } from '../../testing/topology.ts'
import { newWebhookSecret } from '../../webhooks/signature.ts'
import { createStore } from '../index.ts'
import { beginErasure } from './user-erasure.ts'

/** Stands in everything that this person says and has. */
const canary = 'Kanarienvogel'

const blobCount = async (dataDir: string) =>
  (await readdir(join(dataDir, 'blobs'), { recursive: true })).filter((path) => isBlobKey(basename(path))).length

const edit = (person: Person, messageId: string, text: string) =>
  person.ask('message.edit', { messageId, body: plain(text) })

const page = (person: Person, conversationId: string) => person.ask('message.page', { conversationId, limit: 100 })

describe('an erased user', () => {
  let server: TestServer
  let dataDir: string
  let [bird, bo, cleo] = [] as unknown as [Person, Person, Person]
  let direct: string
  let room: string
  let said: Message[]
  let before: Awaited<ReturnType<typeof sync>>
  const sync = (person: Person) => person.ask('sync.run', {})

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
    // Nobody is there, so that everything waits.
    const nobody = { url: 'http://127.0.0.1:9/', secret: newWebhookSecret() }
    const webhooks = { webhooks: [nobody], webhookNetworks: ['loopback'] }
    server = await startTestServer({ dataDir, sharedDatabase: true, ...webhooks })
    ;[bird, bo, cleo] = await arriveAll(server, canary, 'bo', 'cleo')
    await bird.ask('user.update', { displayName: `The ${canary}`, avatarUrl: `/${canary}.png` })
    direct = await openDirect(bird, bo)
    room = await openRoom(bird, [bo, cleo])
    const other = await say(bo, room, 'What bo says')
    const first = await say(bird, room, `${canary} sings`)
    await edit(bird, first.id, `${canary} sings better`)
    const taken = await say(bird, room, `${canary} is taken back`)
    await bird.ask('message.delete', { messageId: taken.id })
    const photo = await upload(server, bird, Buffer.from(`the file of ${canary}`), { name: `${canary}.txt` })
    const withFile = await sendFiles(bird, room, [photo.id], `${canary} in a file`)
    await upload(server, bird, Buffer.from(`${canary} that no message has`), { name: `free ${canary}.txt` })
    const offer = { amount: 100, currency: 'EUR', details: { work: canary } }
    const body = { ...plain(canary), offer }
    const offered = (await bird.ask('message.send', { conversationId: direct, id: newId(), body })).message
    const sealed = { kind: 'sealed', ciphertext: canary } as const
    const secret = (await bird.ask('message.send', { conversationId: direct, id: newId(), body: sealed })).message
    await bird.ask('reaction.add', { messageId: other.id, emoji: '🐦' })
    await cleo.ask('reaction.add', { messageId: other.id, emoji: '🐦' })
    await bird.ask('reaction.add', { messageId: first.id, emoji: '🐦' })
    await bird.ask('contact.request', { userId: bo.id })
    await bo.ask('contact.accept', { userId: bird.id })
    await bird.ask('block.add', { userId: cleo.id })
    await cleo.ask('block.add', { userId: bird.id })
    await bird.ask('receipt.read', { conversationId: room, seq: 1 })
    const named = await fetch(`${server.url}/api/v1/conversations/${room}/messages`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${bird.signedIn.accessToken}`, 'content-type': 'application/json' },
        'idempotency-key': 'once',
      },
      body: JSON.stringify({ id: newId(), body: plain(`${canary} is named`) }),
    })
    expect(named.status).toBe(201)
    // What others were answered, and a backend for itself, has who this is.
    const opened = await fetch(`${server.url}/api/v1/conversations/direct`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${bo.signedIn.accessToken}`, 'content-type': 'application/json' },
        'idempotency-key': 'once',
      },
      body: JSON.stringify({ userId: bird.id }),
    })
    expect(await opened.text()).toContain(canary)
    said = [first, taken, withFile, offered, secret]
    before = await sync(bo)
    expect(await tablesWith(dataDir, canary)).toEqual(
      expect.arrayContaining(['attachments', 'jobs', 'kept_answers', 'messages', 'users']),
    )
    expect(await filesWith(dataDir, canary)).not.toEqual([])
    expect(await blobCount(dataDir)).toBeGreaterThanOrEqual(2)

    await server.parley.users.erase(bird.id)
  })

  afterAll(async () => {
    await server.close()
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })

  test('leaves no trace of messages, files or names in any table or file', async () => {
    expect(await tablesWith(dataDir, canary)).toEqual([])
    expect(await filesWith(dataDir, canary)).toEqual([])
    expect(await blobCount(dataDir)).toBe(0)
    const { read, close } = await openTestDatabase(dataDir)
    const of = async (table: 'sessions' | 'attachment_usage' | 'contacts' | 'blocks' | 'erasures') =>
      (await read.selectFrom(table).selectAll().where('user_id', '=', bird.id).execute()).length
    const kept = ['sessions', 'attachment_usage', 'contacts', 'blocks', 'erasures'] as const
    expect(await Promise.all(kept.map(of))).toEqual([0, 0, 0, 0, 0])
    const hidden = read.selectFrom('hidden_receipts').selectAll().where('user_id', '=', bird.id)
    expect(await hidden.execute()).toEqual([])
    await close()
  })

  test('cannot return: tokens, password and id are refused', async () => {
    const { accessToken, refreshToken } = bird.signedIn
    expect(await bird.heard('session.ended')).toEqual({ reason: 'revoked' })
    expect((await server.rest('GET', '/users/me', { token: accessToken })).status).toBe(401)
    expect((await server.rest('POST', '/sessions/refresh', { body: { refreshToken } })).status).toBe(401)
    const { username } = bird.user
    const body = { username, password: `password of ${username}` }
    expect((await server.rest('POST', '/sessions', { body })).status).toBe(401)
    const again = { id: bird.id, username }
    await expect(server.parley.users.upsert(again)).rejects.toMatchObject({ code: 'forbidden' })
    for (const change of ['restore', 'deactivate'] as const) {
      await expect(server.parley.users[change](bird.id)).rejects.toMatchObject({ code: 'not_found' })
    }
    await expect(server.parley.as(bird.id).ask('user.me', {})).rejects.toMatchObject({ code: 'not_found' })
    for (const name of ['conversation.openDirect', 'contact.request', 'block.add']) {
      const input = name === 'conversation.openDirect' ? { userId: bird.id, context: 'new' } : { userId: bird.id }
      expect(await refusalOf(bo, name, input)).toMatchObject({ code: 'not_found' })
    }
    expect((await bo.ask('user.search', { query: 'deleted' })).users).toEqual([])
  })

  test('keeps positions in conversations, as deleted messages of “Deleted user”', async () => {
    const { messages, users, attachments, offers } = await page(bo, room)
    expect(messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
    expect(messages.filter(({ senderId }) => senderId === bird.id)).toEqual(
      expect.arrayContaining([expect.objectContaining({ body: null, deletedAt: expect.any(Number) })]),
    )
    expect(messages.filter(({ body }) => body !== null)).toMatchObject([{ senderId: bo.id, seq: 1 }])
    expect(users.find(({ id }) => id === bird.id)).toEqual({
      ...{ id: bird.id, username: 'deleted', displayName: 'Deleted user', avatarUrl: null, role: 'user' },
    })
    expect([attachments, offers]).toEqual([[], []])
    expect((await page(bo, direct)).messages).toHaveLength(2)
    const reply = { conversationId: direct, id: newId(), body: plain('Are you there?') }
    expect(await refusalOf(bo, 'message.send', reply)).toMatchObject({ code: 'no_contact' })
  })

  test('has no reactions left, while those of others stay', async () => {
    const { tallies } = await page(bo, room)
    expect(tallies).toMatchObject([{ emoji: '🐦', count: 1, userIds: [cleo.id] }])
  })

  test('leaves no room without an owner', async () => {
    const { memberships } = await bo.ask('membership.list', { conversationId: room })
    expect(memberships.map(({ userId }) => userId).sort()).toEqual([bo.id, cleo.id].sort())
    expect(memberships.filter(({ role }) => role === 'owner')).toHaveLength(1)
  })

  test('disappears on the devices of others by events', async () => {
    for (const { id } of said) {
      if (id === said[1]?.id) continue
      const isIt = (message: Message) => message.id === id && message.body === null
      await bo.heard('message.deleted', ({ messages }) => (messages ?? []).some(isIt))
    }
    const left = await bo.heard('membership.left', ({ conversationId }) => conversationId === room)
    expect(left.users).toContainEqual(expect.objectContaining({ id: bird.id, displayName: 'Deleted user' }))
    await bo.heard('account.updated', ({ contacts }) =>
      (contacts ?? []).some(({ userId, state }) => userId === bird.id && state === 'ended'),
    )
    await cleo.heard('account.updated', ({ blocks }) =>
      (blocks ?? []).some(({ userId, removed }) => userId === bird.id && removed),
    )
  })

  test('disappears by a sync on devices that were away', async () => {
    const positions = before.account.summaries.map(({ conversation, rev }) => ({
      conversationId: conversation.id,
      rev,
    }))
    const { account, changes } = await bo.ask('sync.run', { epoch: before.epoch, rev: before.account.rev, positions })
    expect(account.contacts).toContainEqual(expect.objectContaining({ userId: bird.id, state: 'ended' }))
    const messages = changes.flatMap((change) => change.messages ?? [])
    for (const { id } of said)
      if (id !== said[1]?.id) expect(messages).toContainEqual(expect.objectContaining({ id, body: null }))
    expect(JSON.stringify([account, changes])).not.toContain(canary)
    expect(changes.flatMap((change) => change.users ?? [])).toContainEqual(
      expect.objectContaining({ id: bird.id, displayName: 'Deleted user' }),
    )
    expect(changes.flatMap((change) => change.reactions ?? [])).toContainEqual(
      expect.objectContaining({ userId: bird.id, removed: true }),
    )
  })

  test('can be erased again without effect; an unknown id is refused', async () => {
    const { messages } = await page(bo, room)
    await server.parley.users.erase(bird.id)
    expect((await page(bo, room)).messages).toEqual(messages)
    for (const id of [newId(), '', 7, undefined]) {
      await expect(server.parley.users.erase(id as string)).rejects.toMatchObject({ code: 'not_found' })
    }
  })
})

test('a large account is erased in several slices, while others can send', async () => {
  const server = await startTestServer()
  onTestFinished(() => server.close())
  const [bird, bo] = await arriveAll(server, 'bird', 'bo')
  const room = await openRoom(bo, [bird])
  for (let some = 0; some < 5; some++) {
    await Promise.all(Array.from({ length: 51 }, () => say(bird, room)))
    await say(bo, room)
  }
  const erased = server.parley.users.erase(bird.id)
  const meanwhile = await say(bo, room, 'meanwhile')
  await erased
  const kept: Message[] = []
  for (let before = meanwhile.seq + 1; before > 1; before -= 100) {
    kept.push(...(await bo.ask('message.page', { conversationId: room, before, limit: 100 })).messages)
  }
  expect(kept).toHaveLength(meanwhile.seq)
  expect(kept.filter(({ body }) => body !== null).map(({ senderId }) => senderId)).toEqual(Array(6).fill(bo.id))
})

test('an operation at the same moment does not restore the name', async () => {
  const server = await startTestServer()
  onTestFinished(() => server.close())
  const [bird, bo] = await arriveAll(server, 'bird', 'bo')
  await openRoom(bo, [bird])
  const { parley } = server
  const [, asked] = await Promise.allSettled([
    parley.users.erase(bird.id),
    parley.as(bird.id).ask('user.update', { displayName: canary, avatarUrl: `/${canary}.png` }),
  ])
  expect(asked.status).toBe('rejected')
  expect((await bo.ask('user.get', { userId: bird.id })).user).toMatchObject({
    displayName: 'Deleted user',
    avatarUrl: null,
  })
})

test('a block that is lifted during the erasure opens no conversation with the erased user', async () => {
  const server = await startTestServer()
  onTestFinished(() => server.close())
  const [bird, bo] = await arriveAll(server, 'bird', 'bo')
  const direct = await openDirect(bird, bo)
  await bo.ask('block.add', { userId: bird.id })
  // Later conversations are erased after the direct one, and all of them before the blocks.
  for (let some = 0; some < 40; some++) await openRoom(bird)
  const erased = server.parley.users.erase(bird.id)
  await bo.heard('membership.left', ({ conversationId }) => conversationId === direct)
  await bo.ask('block.remove', { userId: bird.id })
  await erased
  const sending = { conversationId: direct, id: newId(), body: plain('Are you there?') }
  expect(await refusalOf(bo, 'message.send', sending)).toMatchObject({ code: 'no_contact' })
})

test('an erasure interrupted by a crash continues when the server starts again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const first = await startTestServer({ dataDir, sharedDatabase: true })
  const [bird, bo] = await arriveAll(first, 'bird', 'bo')
  const room = await openRoom(bo, [bird])
  await say(bird, room, canary)
  await first.close()

  const database = await openTestDatabase(dataDir)
  await database.write.transaction().execute(async (transaction) => {
    await beginErasure({ store: createStore(transaction), now: 1 } as Parameters<typeof beginErasure>[0], bird.id)
  })
  await database.close()
  expect(await tablesWith(dataDir, canary)).toContain('messages')

  const second = await startTestServer({ dataDir, sharedDatabase: true })
  onTestFinished(async () => {
    await second.close()
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  await expect.poll(() => tablesWith(dataDir, canary)).toEqual([])
  const cleo = await arrive(second, 'cleo')
  expect((await cleo.ask('user.get', { userId: bird.id })).user.displayName).toBe('Deleted user')
})

test('what a user wrote for others stays after the erasure: names of rooms and bots, and reasons of acts', async () => {
  const server = await startTestServer()
  onTestFinished(() => server.close())
  const { parley } = server
  const [bird, keeper] = ['bird', 'keeper'] as const
  for (const id of [bird, keeper]) await parley.users.upsert({ id, username: id, role: 'admin' })
  const [bo, cleo] = await arriveAll(server, 'bo', 'cleo')
  const room = { name: 'Nest', topic: 'What the wind brings' }
  const { summary } = await parley.as(bird).ask('conversation.create', { ...room, userIds: [bo.id] })
  const conversationId = summary.conversation.id
  const { hook, path } = await parley.as(bird).ask('hook.create', { conversationId, name: 'Feeder' })
  const posted = await fetch(server.url + path, { method: 'POST', body: '{"text":"Seeds are here"}' })
  expect(posted.status).toBe(200)
  await parley.as(bird).ask('administration.endSessions', { userId: cleo.id, reason: 'Sang all night' })

  await parley.users.erase(bird)

  expect((await bo.ask('conversation.get', { conversationId })).summary.conversation).toMatchObject(room)
  const { messages, users } = await page(bo, conversationId)
  expect(messages).toMatchObject([{ senderId: hook.userId, body: { text: 'Seeds are here' } }])
  expect(users).toContainEqual(expect.objectContaining({ id: hook.userId, displayName: 'Feeder' }))
  expect(await bo.ask('hook.list', { conversationId })).toEqual({ hooks: [] })
  const log = await parley.as(keeper).ask('administration.listActs', {})
  expect(log.acts).toMatchObject([{ act: 'endSessions', actorId: bird, reason: 'Sang all night' }])
  expect(log.users).toContainEqual(expect.objectContaining({ id: bird, displayName: 'Deleted user' }))
})
