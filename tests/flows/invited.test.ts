import { createChat } from '@parley/client'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'

test('an invited user sees the present name of the room on every device, and cannot count its messages', async () => {
  const server = await startTestServer()
  const [owner, guest] = [await server.register('ana'), await server.register('bo')]
  const chatOf = async ({ accessToken }: typeof owner) => {
    const chat = createChat({ url: server.url, auth: accessToken })
    await chat.connect()
    return chat
  }
  const [ana, bo] = [await chatOf(owner), await chatOf(guest)]
  const { id } = await ana.conversations.create({ name: 'Kitchen', visibility: 'private' })
  await ana.memberships.invite(id, [guest.user.id])
  const nameSeen = (chat: typeof bo) => chat.store.getState().conversations[id]?.conversation.name
  const before = (await bo.call('conversation.get', { conversationId: id })).summary

  await ana.messages.send(id, 'only for members').settled
  expect((await bo.call('conversation.get', { conversationId: id })).summary).toEqual(before)

  const away = await chatOf(guest)
  await ana.conversations.update(id, { name: 'Garden' })
  // An answer comes after all earlier events.
  await Promise.all([bo.users.me(), away.users.me()])
  expect([nameSeen(bo), nameSeen(away)]).toEqual(['Garden', 'Garden'])
  const { account } = await bo.call('sync.run', { epoch: bo.store.getState().epoch ?? '', rev: 1, positions: [] })
  expect(account.summaries[0]?.conversation.name).toBe('Garden')

  await bo.memberships.join(id)
  expect(bo.store.getState().conversations[id]).toMatchObject({ lastSeq: 1, lastMessage: { seq: 1 } })
  await Promise.all([ana, bo, away].map((chat) => chat.close()))
  await server.close()
})
