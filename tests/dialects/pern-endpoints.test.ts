import { startTestServer } from '@parley/server/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Fields } from './inbox.ts'
import { type PernClient, pernClients } from './pern-client.ts'
import { Rest } from './rest.ts'
import { stage } from './stage.ts'

const on = stage()
const { come } = pernClients(on)
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const id = expect.stringMatching(/^[0-9a-f-]{36}$/)

const failure = (name: string, status: number) => ({
  status,
  body: { success: false, error: { name, message: expect.any(String), status } },
})

const participant = (conversationId: unknown, { id: userId, username }: PernClient, role: string) => ({
  conversation_id: conversationId,
  user_id: userId,
  role,
  joined_at: date,
  user: { id: userId, username, display_name: expect.any(String), avatar_url: null },
})

const rolesIn = (conversation: Fields) =>
  Object.fromEntries((conversation.participants as Fields[]).map(({ user_id, role }) => [user_id, role]))

describe('conversations', () => {
  test('POST /api/conversations/direct opens a direct conversation; a second time it answers a ConflictError with it', async () => {
    const [ana, bo] = [await come(), await come()]
    const { status, body } = await ana.rest.post('/api/conversations/direct', { user_id: bo.id })
    const data = body.data as Fields
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        success: true,
        data: {
          id,
          type: 'direct',
          title: expect.any(String),
          created_by: ana.id,
          created_at: date,
          updated_at: date,
          participants: expect.arrayContaining([
            participant(data.id, ana, 'member'),
            participant(data.id, bo, 'member'),
          ]),
          last_message: null,
          last_message_at: null,
          unread_count: 0,
        },
      },
    })
    expect(data.participants).toHaveLength(2)
    for (const [one, other] of [
      [ana, bo],
      [bo, ana],
    ] as const) {
      const again = await one.rest.post('/api/conversations/direct', { user_id: other.id })
      expect(again).toMatchObject({ ...failure('ConflictError', 409), body: { data: { id: data.id } } })
    }
    expect(await ana.rest.post('/api/conversations/direct', { user_id: ana.id })).toMatchObject(
      failure('ValidationError', 400),
    )
    expect(await ana.rest.post('/api/conversations/direct', { user_id: 'nobody' })).toMatchObject(
      failure('NotFoundError', 404),
    )
  })

  test('POST /api/conversations/group creates a group, whose creator is its admin', async () => {
    const [ana, bo, cleo] = [await come(), await come(), await come()]
    const group = { title: 'Project Team', participant_ids: [bo.id, cleo.id] }
    const { status, body } = await ana.rest.post('/api/conversations/group', group)
    const data = body.data as Fields
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { success: true, data: { id, type: 'group', title: 'Project Team', created_by: ana.id } },
    })
    expect(rolesIn(data)).toEqual({ [ana.id]: 'admin', [bo.id]: 'member', [cleo.id]: 'member' })
    for (const bad of [
      { participant_ids: [bo.id] },
      { title: '', participant_ids: [bo.id] },
      { title: 'Alone' },
      { title: 'Alone', participant_ids: [] },
      { title: 'Alone', participant_ids: [ana.id] },
    ]) {
      expect(await ana.rest.post('/api/conversations/group', bad)).toMatchObject(failure('ValidationError', 400))
    }
    expect(await ana.rest.post('/api/conversations/group', { ...group, created_by: bo.id })).toMatchObject(
      failure('ForbiddenError', 403),
    )
  })

  test('GET /api/conversations lists the caller’s conversations with participants and last message, the latest active first', async () => {
    const [ana, bo, eve] = [await come(), await come(), await come()]
    const group = await ana.openGroup('Team', bo)
    const direct = await ana.openDirect(bo)
    const { id: messageId } = await ana.send(group, 'Hello')
    await ana.rest.post(`/api/messages/${messageId}/reactions`, { emoji: '👍' })
    const { status, body } = await bo.rest.get('/api/conversations')
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        success: true,
        data: [
          {
            id: group,
            title: 'Team',
            unread_count: 1,
            last_message_at: date,
            last_message: {
              id: messageId,
              content_encrypted: 'Hello',
              encrypted: true,
              reactions: [{ message_id: messageId, user_id: ana.id, emoji: '👍', count: 1 }],
            },
          },
          { id: direct, type: 'direct', unread_count: 0, last_message: null },
        ],
        pagination: { limit: 50, offset: 0, hasMore: false },
      },
    })
    const [first, second] = body.data as Fields[]
    expect(rolesIn(first ?? {})).toEqual({ [ana.id]: 'admin', [bo.id]: 'member' })
    expect(second?.participants).toHaveLength(2)
    expect((await bo.rest.get('/api/conversations?limit=1&offset=1')).body).toMatchObject({ data: [{ id: direct }] })
    expect((await eve.rest.get('/api/conversations')).body.data).toEqual([])
    expect((await bo.rest.get(`/api/conversations/${group}`)).body).toEqual({ success: true, data: first })
    const hidden = await eve.rest.get(`/api/conversations/${group}`)
    expect(hidden).toMatchObject(failure('NotFoundError', 404))
  })

  test('participants are added with a role and removed, as the rules allow; removed ones get no more events', async () => {
    const [ana, bo, cleo, eve] = [await come(), await come(), await come(), await come()]
    const group = await ana.openGroup('Team', bo)
    const path = `/api/conversations/${group}/participants`
    for (const one of [bo, eve]) {
      expect(await one.rest.post(path, { user_id: cleo.id })).toMatchObject(failure('ForbiddenError', 403))
    }
    const added = await ana.rest.post(path, { user_id: cleo.id, role: 'moderator' })
    expect(added).toMatchObject({ status: 201, body: { success: true, data: { id: group } } })
    expect(rolesIn(added.body.data as Fields)).toEqual({
      [ana.id]: 'admin',
      [bo.id]: 'member',
      [cleo.id]: 'moderator',
    })
    expect(await ana.rest.post(path, { user_id: cleo.id })).toMatchObject(failure('ConflictError', 409))
    expect(await ana.rest.post(path, { user_id: 'nobody' })).toMatchObject(failure('NotFoundError', 404))
    await ana.send(group, 'with you')
    await cleo.inbox.next('chat:message_received', { content_encrypted: 'with you' })

    for (const [one, other] of [
      [bo, cleo],
      [eve, bo],
    ] as const) {
      expect(await one.rest.call('DELETE', `${path}/${other.id}`)).toMatchObject(failure('ForbiddenError', 403))
    }
    expect(await ana.rest.call('DELETE', `${path}/${cleo.id}`)).toEqual({
      status: 200,
      headers: expect.anything(),
      body: { success: true, data: { conversation_id: group, user_id: cleo.id } },
    })
    expect(await ana.rest.call('DELETE', `${path}/${cleo.id}`)).toMatchObject(failure('NotFoundError', 404))
    const { id: messageId } = await ana.send(group, 'without you')
    await bo.inbox.next('chat:message_received', { content_encrypted: 'without you' })
    await ana.ask('chat:typing', { conversationId: group, isTyping: true })
    await bo.inbox.next('chat:user_typing')
    await cleo.heardAll()
    expect(cleo.inbox.all('chat:message_received')).toHaveLength(1)
    expect(cleo.inbox.all('chat:user_typing')).toEqual([])
    expect(await cleo.rest.get(`/api/messages/${group}`)).toMatchObject(failure('NotFoundError', 404))
    expect(await cleo.rest.post(`/api/messages/${messageId}/reactions`, { emoji: '👍' })).toMatchObject(
      failure('NotFoundError', 404),
    )
    // Who removes themselves leaves; the last admin stays while others are there.
    expect((await bo.rest.call('DELETE', `${path}/${bo.id}`)).status).toBe(200)
    expect((await bo.rest.get('/api/conversations')).body.data).toEqual([])
    await ana.rest.post(path, { user_id: cleo.id })
    expect(await ana.rest.call('DELETE', `${path}/${ana.id}`)).toMatchObject(failure('ConflictError', 409))
  })

  test('a participant behind the first thousand is not added again, and keeps the role', async () => {
    const host = await startTestServer({
      authenticate: ({ token = '' }) => ({ id: token, username: token }),
      dialects: ['pern'],
    })
    onTestFinished(() => host.close())
    const { conversations, users } = host.parley
    const ids = Array.from({ length: 1_001 }, (_, number) => `person${String(number).padStart(4, '0')}`)
    for (let from = 0; from < ids.length; from += 100) {
      await users.upsert(ids.slice(from, from + 100).map((id) => ({ id, username: id })))
      await conversations.ensure({ context: 'everybody', members: ids.slice(from, from + 100) })
    }
    const ana = new Rest(host.url, ids[0])
    const [group] = (await ana.get<{ data: [Fields] }>('/api/conversations')).body.data
    const last = ids.at(-1)
    const added = await ana.post(`/api/conversations/${group.id}/participants`, { user_id: last, role: 'moderator' })
    expect(added).toMatchObject(failure('ConflictError', 409))
    const after = { conversationId: String(group.id), after: ids.at(-2) ?? '' }
    const { memberships } = await host.parley.as(ids[0] ?? '').ask('membership.list', after)
    expect(memberships).toMatchObject([{ userId: last, role: 'member' }])
  })

  test('participants cannot be added to or removed from a direct conversation', async () => {
    const [ana, bo, cleo] = [await come(), await come(), await come()]
    const path = `/api/conversations/${await ana.openDirect(bo)}/participants`
    expect(await ana.rest.post(path, { user_id: cleo.id })).toMatchObject(failure('ForbiddenError', 403))
    expect(await ana.rest.call('DELETE', `${path}/${bo.id}`)).toMatchObject(failure('ForbiddenError', 403))
  })
})

describe('messages', () => {
  test('are sent, edited, marked, reacted to and deleted', async () => {
    const [ana, bo] = [await come(), await come()]
    const conversationId = await ana.openDirect(bo)
    const draft = { conversation_id: conversationId, content_encrypted: 'base64-encoded-encrypted-content' }
    const sent = await ana.rest.post('/api/messages', { ...draft, message_type: 'voice' })
    expect(sent).toMatchObject({
      status: 201,
      body: {
        success: true,
        data: {
          ...draft,
          id,
          sender_id: ana.id,
          message_type: 'voice',
          encrypted: true,
          statuses: [{ user_id: bo.id, status: 'sent' }],
          reactions: [],
        },
      },
    })
    const messageId = (sent.body.data as Fields).id
    const path = `/api/messages/${messageId}`
    // No socket sent it, so all of them hear it.
    for (const one of [ana, bo]) await one.inbox.next('chat:message_received', { id: messageId })

    expect(await bo.rest.post(`${path}/status`, { status: 'read' })).toMatchObject({
      status: 200,
      body: { success: true, data: { message_id: messageId, user_id: bo.id, status: 'read' } },
    })
    await ana.inbox.next('chat:message_status_updated', { messageId, status: 'read' })
    expect((await bo.rest.post(`${path}/status`, { status: 'delivered' })).body).toMatchObject({
      data: { status: 'read' },
    })
    expect(await bo.rest.post(`${path}/status`, { status: 'sent' })).toMatchObject(failure('ValidationError', 400))

    for (let time = 0; time < 2; time += 1) {
      expect(await bo.rest.post(`${path}/reactions`, { emoji: '😂' })).toMatchObject({
        status: 201,
        body: {
          success: true,
          data: {
            message_id: messageId,
            user_id: bo.id,
            emoji: '😂',
            reactions: [{ message_id: messageId, user_id: bo.id, emoji: '😂', count: 1 }],
          },
        },
      })
    }
    expect(await bo.rest.post(`${path}/reactions`, { emoji: 'lol' })).toMatchObject(failure('ValidationError', 400))

    const edit = { content_encrypted: 'edited' }
    expect(await bo.rest.call('PATCH', path, edit)).toMatchObject(failure('ForbiddenError', 403))
    expect(await ana.rest.call('PATCH', path, edit)).toMatchObject({
      status: 200,
      body: {
        success: true,
        data: {
          ...edit,
          id: messageId,
          edited_at: date,
          statuses: [{ status: 'read', timestamp: date }],
          reactions: [{ emoji: '😂' }],
        },
      },
    })
    expect(await bo.rest.call('DELETE', path)).toMatchObject(failure('ForbiddenError', 403))
    expect(await ana.rest.call('DELETE', path)).toMatchObject({
      status: 200,
      body: { success: true, data: { id: messageId, conversation_id: conversationId, deleted_at: date } },
    })
    expect(await bo.history(conversationId)).toEqual([])
  })

  test('strangers cannot read, write or change anything, and no user can write in the name of another', async () => {
    const [ana, bo, eve] = [await come(), await come(), await come()]
    const conversationId = await ana.openDirect(bo)
    const { id: messageId } = await ana.send(conversationId, 'Psst')
    const draft = { conversation_id: conversationId, content_encrypted: 'x' }
    const path = `/api/messages/${messageId}`
    for (const [method, where, body, name, status] of [
      ['GET', `/api/messages/${conversationId}`, undefined, 'NotFoundError', 404],
      ['POST', '/api/messages', draft, 'ForbiddenError', 403],
      ['POST', '/api/messages', { ...draft, sender_id: ana.id }, 'ForbiddenError', 403],
      ['PATCH', path, { content_encrypted: 'x' }, 'NotFoundError', 404],
      ['DELETE', path, undefined, 'NotFoundError', 404],
      ['POST', `${path}/status`, { status: 'read' }, 'NotFoundError', 404],
      ['POST', `${path}/reactions`, { emoji: '👍' }, 'NotFoundError', 404],
      ['DELETE', `${path}/reactions/👍`, undefined, 'NotFoundError', 404],
    ] as const) {
      expect(await eve.rest.call(method, where, body)).toMatchObject(failure(name, status))
    }
    expect(await bo.rest.post('/api/messages', { ...draft, sender_id: ana.id })).toMatchObject(
      failure('ForbiddenError', 403),
    )
    expect(await bo.rest.post('/api/messages', { conversation_id: conversationId })).toMatchObject(
      failure('ValidationError', 400),
    )
    expect(await fetch(`${on.server().url}/api/messages/${conversationId}`)).toMatchObject({ status: 401 })
    expect(await ana.history(conversationId)).toMatchObject([{ content_encrypted: 'Psst', reactions: [] }])
  })

  test('pages by limit and offset have each message once, while others arrive and are deleted', async () => {
    const [ana, bo] = [await come(), await come()]
    const conversationId = await ana.openDirect(bo)
    const ids: unknown[] = []
    for (let number = 1; number <= 25; number += 1) ids.push((await ana.send(conversationId, `${number}`)).id)
    const page = async (query: string) =>
      (await bo.history(conversationId, query)).map(({ content_encrypted }) => Number(content_encrypted))
    expect(await page('')).toEqual(Array.from({ length: 25 }, (_, at) => 25 - at))
    expect(await page('?limit=10&offset=0')).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16])
    await ana.send(conversationId, '26')
    await ana.rest.call('DELETE', `/api/messages/${ids[19]}`)
    await ana.rest.call('DELETE', `/api/messages/${ids[9]}`)
    expect(await page('?limit=10&offset=10')).toEqual([15, 14, 13, 12, 11, 9, 8, 7, 6, 5])
    expect(await page('?limit=10&offset=20')).toEqual([4, 3, 2, 1])
    expect(await page('?limit=10&offset=30')).toEqual([])
    expect((await page('?limit=10')).slice(0, 8)).toEqual([26, 25, 24, 23, 22, 21, 19, 18])
    // A page whose beginning nobody asked for is counted from the newest one.
    expect(await page('?limit=2&offset=3')).toEqual([23, 22])
    expect(await page('?limit=2&offset=10000000')).toEqual([])
    expect((await bo.rest.get(`/api/messages/${conversationId}?limit=5&offset=0`)).body.pagination).toEqual({
      limit: 5,
      offset: 0,
      hasMore: true,
    })
    expect(await page('?limit=-1&offset=-7')).toEqual([26])
  })
})
