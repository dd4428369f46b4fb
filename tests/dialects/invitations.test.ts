import { expect, test } from 'vitest'
import { conversationStage } from './conversation-stage.ts'
import type { Fields } from './inbox.ts'
import { pernClients } from './pern-client.ts'
import { stage } from './stage.ts'

const on = stage()
const conversations = conversationStage(on)
const pern = pernClients(on)

const participantsIn = ({ participants }: Fields) => (participants as Fields[]).map(({ user_id }) => user_id).sort()

test('002 and 003: an invitation is in no list, and joining the room accepts it', async () => {
  const [ana, bo, eve] = [await conversations.come(), await conversations.come(), await conversations.come()]
  const room = { name: 'Roof', visibility: 'private', userIds: [] }
  const { body } = await ana.rest.post('/api/v1/conversations', room)
  const { id: conversationId } = (body.data as { summary: { conversation: { id: string } } }).summary.conversation
  await ana.rest.post(`/api/v1/conversations/${conversationId}/invitations`, { userIds: [bo.id] })
  const listed = async () => [
    await bo.ask('get_conversations', undefined),
    (await bo.rest.get('/api/chat/conversations')).body.data,
  ]
  const missing = { status: 'error', error: { code: 'NOT_FOUND' } }
  expect(await listed()).toEqual([[], []])
  expect(await bo.ask('get_messages', { conversationId })).toMatchObject(missing)
  expect(await ana.ask('send_message', { conversationId, text: 'Not for Bo yet' })).toMatchObject({ conversationId })
  await bo.heardAll()
  expect(bo.inbox.all('new_message')).toEqual([])
  expect(await eve.ask('join_conversation', { conversationId })).toMatchObject(missing)

  expect(await bo.ask('join_conversation', { conversationId, userId: bo.id })).toEqual({
    conversationId,
    success: true,
  })
  expect(await listed()).toMatchObject([[{ _id: conversationId }], [{ _id: conversationId }]])
  const { _id } = await ana.ask('send_message', { conversationId, text: 'Welcome' })
  await bo.inbox.next('new_message', { _id })
  await eve.heardAll()
  expect(eve.inbox.all('new_message')).toEqual([])
})

test('004: a user who left is only invited again, is missing in the answer, and comes by adding themselves', async () => {
  const [ana, bo, eve] = [await pern.come(), await pern.come(), await pern.come()]
  const group = await ana.openGroup('Team', bo)
  const path = `/api/conversations/${group}/participants`
  await bo.rest.call('DELETE', `${path}/${bo.id}`)
  for (const role of [undefined, 'moderator', undefined]) {
    const { status, body } = await ana.rest.post(path, { user_id: bo.id, role })
    expect({ status, success: body.success }).toEqual({ status: 202, success: true })
    expect(participantsIn(body.data as Fields)).toEqual([ana.id])
  }
  expect((await bo.rest.get('/api/conversations')).body.data).toEqual([])
  expect((await bo.rest.get(`/api/conversations/${group}`)).status).toBe(404)
  await ana.send(group, 'without you')
  await bo.heardAll()
  expect(bo.inbox.all('chat:message_received')).toEqual([])

  const accepted = await bo.rest.post(path, { user_id: bo.id })
  expect(accepted.status).toBe(201)
  expect(participantsIn(accepted.body.data as Fields)).toEqual([ana.id, bo.id].sort())
  expect((await bo.rest.post(path, { user_id: bo.id })).status).toBe(409)
  await ana.send(group, 'with you')
  await bo.inbox.next('chat:message_received', { content_encrypted: 'with you' })
  expect((await eve.rest.post(path, { user_id: eve.id })).status).toBe(403)
  expect(participantsIn(await ana.data(ana.rest.get(`/api/conversations/${group}`)))).not.toContain(eve.id)
})

test('004: adding oneself joins a public group, once', async () => {
  const [ana, bo] = [await pern.come(), await pern.come()]
  const { body } = await ana.rest.post('/api/v1/conversations', { name: 'Garden', visibility: 'public' })
  const { id } = (body.data as { summary: { conversation: { id: string } } }).summary.conversation
  const path = `/api/conversations/${id}/participants`
  const joined = await bo.rest.post(path, { user_id: bo.id, role: 'admin' })
  expect(joined.status).toBe(201)
  const roles = ((joined.body.data as Fields).participants as Fields[]).map(({ user_id, role }) => [user_id, role])
  expect(Object.fromEntries(roles)).toEqual({ [ana.id]: 'admin', [bo.id]: 'member' })
  expect((await bo.rest.post(path, { user_id: bo.id })).status).toBe(409)
})
