import type { SignedIn } from '@parley/protocol'
import { newId, newName, openRoom, plain, refusalOf, say } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { testKeys } from '@parley/server/testing/test-keys'
import { topology } from '@parley/server/testing/topology'
import { beforeAll, describe, expect, test } from 'vitest'
import { createStore } from '../../packages/server/src/features/index.ts'
import { openTestDatabase } from '../../packages/server/src/testing/test-database.ts'

const { server, ana, bo } = serverWithPeople(['ana', 'bo'], { sharedDatabase: true })

interface Asked {
  token?: string
  as?: string
  key?: string
  body?: unknown
  method?: string
}

async function ask(path: string, { token = ana.signedIn.accessToken, as, key, body, method = 'POST' }: Asked) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(as === undefined ? {} : { 'parley-user': as }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  })
  return {
    status: response.status,
    ...((await response.json()) as { ok: boolean; data?: unknown; error?: { code: string } }),
  }
}

const roomNames = async () =>
  (await ana.ask('conversation.list', { limit: 100 })).summaries.map(({ conversation }) => conversation.name)

describe('a request with an idempotency key', () => {
  test('is done once, and gets the same answer each time, on every node', async () => {
    const [key, name] = [newId(), newName('Kitchen')]
    const answers = []
    for (let i = 0; i < 4; i++) answers.push(await ask('/conversations', { key, body: { name } }))
    expect(answers[0]).toMatchObject({ status: 201, ok: true })
    expect(answers).toEqual(Array(4).fill(answers[0]))
    expect((await roomNames()).filter((one) => one === name)).toHaveLength(1)
  })

  test('is done once even if it comes many times at once', async () => {
    const [key, name] = [newId(), newName('Cellar')]
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask('/conversations', { key, body: { name } })))
    expect(answers).toEqual(Array(12).fill(answers[0]))
    expect(answers[0]).toMatchObject({ status: 201 })
    expect((await roomNames()).filter((one) => one === name)).toHaveLength(1)
  })

  test('conflicts with another request under the same key', async () => {
    const [key, name] = [newId(), newName('Attic')]
    await ask('/conversations', { key, body: { name } })
    const conflict = { status: 422, error: { code: 'idempotency_conflict' } }
    expect(await ask('/conversations', { key, body: { name: `${name} two` } })).toMatchObject(conflict)
    expect(await ask('/conversations/direct', { key, body: { userId: bo.id } })).toMatchObject(conflict)
    const others = await Promise.all(
      [1, 2].map((i) => ask('/conversations', { key: `${key}2`, body: { name: `${name} ${i}` } })),
    )
    expect(others.map(({ status }) => status).sort()).toEqual([201, 422])
    expect((await roomNames()).filter((one) => one?.startsWith(name))).toHaveLength(2)
  })

  test('does not conflict with a request of another user under the same key', async () => {
    const [key, name] = [newId(), newName('Garden')]
    const one = await ask('/conversations', { key, body: { name } })
    const other = await ask('/conversations', { key, body: { name }, token: bo.signedIn.accessToken })
    expect(other).toMatchObject({ status: 201 })
    expect(other.data).not.toEqual(one.data)
  })

  test('is done again if it was refused before', async () => {
    const key = newId()
    const conversationId = await openRoom(bo, [])
    const body = { id: newId(), body: plain('Hello') }
    const path = `/conversations/${conversationId}/messages`
    expect(await ask(path, { key, body })).toMatchObject({ status: 404 })
    await bo.ask('membership.add', { conversationId, userIds: [ana.id] })
    expect(await ask(path, { key, body })).toMatchObject({ status: 201 })
    await bo.ask('membership.remove', { conversationId, userId: ana.id })
    expect(await ask(path, { key, body })).toMatchObject({ status: 201 })
    expect(await ask(path, { key: newId(), body })).toMatchObject({ status: 404 })
    expect(
      (await bo.ask('message.page', { conversationId })).messages.filter(({ type }) => type === 'text'),
    ).toHaveLength(1)
  })

  test('is done each time if it has a password, because nothing of it is stored', async () => {
    const cleo = await server.register(newName('cleo'))
    const body = { currentPassword: `password of ${cleo.user.username}`, newPassword: 'another password' }
    const asked = { token: cleo.accessToken, key: newId(), body, method: 'PUT' }
    expect(await ask('/users/me/password', asked)).toMatchObject({ status: 200, data: {} })
    expect(await ask('/users/me/password', asked)).toMatchObject({ status: 401 })
    // Its key is free for another request.
    const room = { token: cleo.accessToken, key: asked.key, body: { name: newName('Loft') } }
    expect(await ask('/conversations', room)).toMatchObject({ status: 201 })
  })

  test.each(['a b', 'ä', 'x'.repeat(256)])('is refused with the malformed key %j', async (key) => {
    expect(await ask('/conversations', { key, body: { name: 'x' } })).toMatchObject({
      status: 400,
      error: { code: 'invalid_input' },
    })
  })

  test('is done each time if it changes nothing, or is of a stranger', async () => {
    const key = newId()
    expect(await ask('/users/me', { key, method: 'GET' })).toMatchObject({ status: 200 })
    expect(await ask(`/users/${bo.id}`, { key, method: 'GET' })).toMatchObject({ data: { user: bo.user } })
    const body = () => ({ username: newName('new'), password: 'a long password' })
    for (let i = 0; i < 2; i++)
      expect(await ask('/users', { token: '', key, body: body() })).toMatchObject({ status: 201 })
  })
})

describe('a message that is deleted', () => {
  const keptWith = async (text: string) => {
    const { read, close } = await openTestDatabase(server.dataDir)
    const rows = await read.selectFrom('kept_answers').select('answer').execute()
    await close()
    return rows.filter(({ answer }) => answer.includes(text))
  }

  test('is removed from the stored answer to its sender, whose resend gets the deleted message', async () => {
    const conversationId = await openRoom(ana, [bo])
    const id = newId()
    const asked = { token: bo.signedIn.accessToken, key: newId(), body: { id, body: plain(`canary ${id}`) } }
    const path = `/conversations/${conversationId}/messages`
    expect(await ask(path, asked)).toMatchObject({ status: 201, data: { message: { body: plain(`canary ${id}`) } } })
    const other = { ...asked, key: newId(), body: { id: newId(), body: plain('another') } }
    const before = await ask(path, other)
    await ana.ask('message.delete', { messageId: id })
    expect(await keptWith(`canary ${id}`)).toEqual([])
    for (let i = 0; i < 2; i++) {
      expect(await ask(path, asked)).toMatchObject({ status: 201, data: { message: { id, body: null } } })
    }
    expect(await keptWith(`canary ${id}`)).toEqual([])
    expect(await ask(path, { ...asked, body: { ...asked.body, id: newId() } })).toMatchObject({ status: 422 })
    expect(await ask(path, other)).toEqual(before)
    const { messages } = await bo.ask('message.page', { conversationId })
    expect(messages.filter((message) => message.id === id)).toMatchObject([{ body: null }])
  })

  test('is removed from stored answers to others that contained it', async () => {
    const asked = { key: newId(), body: { userId: bo.id, context: newId() } }
    const opened = async () => {
      const { data } = await ask('/conversations/direct', asked)
      return (data as { summary: { conversation: { id: string }; lastMessage: { body: unknown } | null } }).summary
    }
    const first = await bo.ask('conversation.openDirect', { userId: ana.id, context: asked.body.context })
    const message = await say(bo, first.summary.conversation.id, `canary of ${asked.key}`)
    expect((await opened()).lastMessage?.body).toEqual(message.body)
    await bo.ask('message.delete', { messageId: message.id })
    expect(await keptWith(asked.key)).toEqual([])
    expect((await opened()).lastMessage?.body).toBeNull()
    expect((await opened()).conversation.id).toBe(first.summary.conversation.id)
  })
})

test('an edited message has its new text in every stored answer, and an edit is done once', async () => {
  const keptWith = async (text: string) => {
    const { read, close } = await openTestDatabase(server.dataDir)
    const rows = await read.selectFrom('kept_answers').select('answer').execute()
    await close()
    return rows.filter(({ answer }) => answer.includes(text)).length
  }
  const conversationId = await openRoom(ana)
  const id = newId()
  const sent = { key: newId(), body: { id, body: plain(`slip one ${id}`) } }
  const path = `/conversations/${conversationId}/messages`
  await ask(path, sent)
  const edit = { key: newId(), method: 'PATCH', body: { body: plain(`slip two ${id}`) } }
  await ask(`/messages/${id}`, edit)
  expect(await keptWith(`slip one ${id}`)).toBe(0)
  await ana.ask('message.edit', { messageId: id, body: plain(`meant ${id}`) })
  expect([await keptWith(`slip two ${id}`), await keptWith(`meant ${id}`)]).toEqual([0, 2])
  const now = { data: { message: { id, body: plain(`meant ${id}`) } } }
  expect(await ask(`/messages/${id}`, edit)).toMatchObject(now)
  expect(await ask(path, sent)).toMatchObject(now)
  const { messages } = await ana.ask('message.page', { conversationId })
  expect(messages).toMatchObject([{ body: plain(`meant ${id}`) }])
})

test('however often a message was edited, few answers are rewritten with it, and none does an edit twice or keeps old words', async () => {
  const conversationId = await openRoom(ana)
  const { id } = await say(ana, conversationId, 'draft 0')
  const edits = Array.from({ length: 30 }, (_, at) => ({
    ...{ key: newId(), method: 'PATCH' },
    body: { body: plain(`draft ${at + 1} of ${id}`) },
  }))
  for (const edit of edits) expect(await ask(`/messages/${id}`, edit)).toMatchObject({ status: 200 })
  const { read, close } = await openTestDatabase(server.dataDir)
  const naming = await read.selectFrom('kept_answer_names').select('key').where('name', '=', id).execute()
  const rows = await read.selectFrom('kept_answers').select('answer').execute()
  await close()
  expect(naming.length).toBeLessThanOrEqual(21)
  const withDraft = (at: number) => rows.filter(({ answer }) => answer.includes(`draft ${at} of ${id}`)).length
  expect([1, 15, 29].map(withDraft)).toEqual([0, 0, 0])
  for (const edit of edits) expect(await ask(`/messages/${id}`, edit)).toMatchObject({ status: 200 })
  expect((await ana.ask('message.page', { conversationId })).messages).toMatchObject([
    { body: plain(`draft 30 of ${id}`) },
  ])
})

test.runIf(topology().engine === 'postgres')(
  'a message that another node deletes at the same moment is in no stored answer',
  async () => {
    const asked = { key: newId(), body: { userId: bo.id, context: newId() } }
    const { summary } = await bo.ask('conversation.openDirect', { userId: ana.id, context: asked.body.context })
    const conversationId = summary.conversation.id
    const { id } = await say(bo, conversationId, `canary of ${asked.key}`)
    const { read, write, close } = await openTestDatabase(server.dataDir)
    const waiting = read
      .selectFrom('pg_stat_activity' as 'jobs')
      .select('state')
      .where('datname' as 'line', '=', (eb) => eb.fn<string>('current_database'))
      .where('wait_event_type' as 'kind', '=', 'Lock')
    let opening: ReturnType<typeof ask> | undefined
    await write.transaction().execute(async (transaction) => {
      const store = createStore(transaction)
      await store.heads.hold([{ conversationId }])
      await transaction.updateTable('messages').set({ body: null, deleted_at: 1 }).where('id', '=', id).execute()
      await store.keptAnswers.removeNaming([id])
      opening = ask('/conversations/direct', asked)
      let isAnswered = false
      void opening.then(() => {
        isAnswered = true
      })
      await expect.poll(async () => isAnswered || (await waiting.execute()).length > 0).toBe(true)
    })
    expect(await opening).toMatchObject({ status: 200, data: { summary: { lastMessage: { id, body: null } } } })
    expect(await ask('/conversations/direct', asked)).toEqual(await opening)
    await close()
  },
)

describe('requests of backends', () => {
  let backend: string
  let other: string
  beforeAll(async () => {
    backend = (await testKeys(server).make('users', 'act-as')).text
    other = (await testKeys(server).make('act-as')).text
  })

  test('that sign in are done each time, and each opens its own session', async () => {
    const key = newId()
    const asked = { token: backend, key }
    const credentials = { username: newName('emil'), password: 'a long password' }
    const signedIn: unknown[] = []
    for (const path of ['/users', '/sessions', '/sessions'])
      signedIn.push(await ask(path, { ...asked, body: credentials }))
    for (const answer of signedIn)
      expect(answer).toMatchObject({ status: 201, data: { user: { username: credentials.username } } })
    const opened = (signedIn as { data: SignedIn }[]).map(({ data }) => data)
    expect(new Set(opened.map(({ sessionId }) => sessionId)).size).toBe(3)
    const [{ refreshToken } = {}] = opened as Partial<SignedIn>[]
    for (let i = 0; i < 2; i++) {
      const refreshed = await ask('/sessions/refresh', { ...asked, body: { refreshToken } })
      expect(refreshed).toMatchObject({ status: 200, data: { accessToken: expect.any(String) } })
    }
    expect(JSON.stringify(signedIn)).not.toMatch(/argon|hash/)
  })

  test('do not conflict with the same key of another backend, for another user or for the backend itself', async () => {
    const [key, name] = [newId(), newName('Office')]
    const asked = { key, body: { name } }
    const answers = []
    for (const who of [
      { token: backend, as: ana.id },
      { token: backend, as: bo.id },
      { token: other, as: ana.id },
      {},
    ]) {
      for (let i = 0; i < 2; i++) answers.push(await ask('/conversations', { ...asked, ...who }))
    }
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(4)
    const given = { key, token: backend, method: 'PUT', body: { username: newName('dora') } }
    expect(await ask(`/users/${key}`, given)).toMatchObject({ status: 200 })
    expect(await ask(`/users/${key}`, given)).toMatchObject({ status: 200 })
    expect(await ask(`/users/${key}x`, given)).toMatchObject({ status: 422 })
  })
})

test('a socket cannot send an idempotency key', async () => {
  expect(await refusalOf(ana, 'conversation.create', { name: 'x', request: {} })).toMatchObject({
    code: 'invalid_input',
  })
})
