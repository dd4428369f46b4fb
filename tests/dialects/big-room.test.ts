import { arrive, newId, plain, registerMany } from '@parley/server/testing/people'
import { expect, test } from 'vitest'
import type { ConversationClient } from './conversation-client.ts'
import { conversationStage } from './conversation-stage.ts'
import type { Fields } from './inbox.ts'
import { Rest } from './rest.ts'
import { stage } from './stage.ts'

const on = stage()
const { arrive: connect } = conversationStage(on)
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

/** The states of the only message, by both ways to read a history. */
const statesFor = async (client: ConversationClient, conversationId: string) => {
  const path = `/api/chat/conversations/${conversationId}/messages`
  const paged = (await client.rest.get(path)).body.data as { messages: Fields[] }
  const listed = (await client.ask('get_messages', { conversationId })) as { messages: Fields[] }
  const { is_read, delivered_at, status } = Object(listed.messages[0])
  expect(paged.messages).toMatchObject([{ status }])
  return { status, is_read, delivered_at }
}

test('in a room of more than a hundred members, a message is delivered and read once all have it', async () => {
  const server = on.server()
  const ana = await arrive(server)
  const guests = await registerMany(server, 104)
  const ids = guests.map(({ user }) => user.id)
  const { summary } = await ana.ask('conversation.create', { name: 'Square', userIds: ids.slice(0, 100) })
  const conversationId = summary.conversation.id
  await ana.ask('membership.add', { conversationId, userIds: ids.slice(100) })
  await ana.ask('message.send', { conversationId, id: newId(), body: plain('Hello, all') })
  const report = (guest: (typeof guests)[number], what: 'read' | 'delivered') =>
    new Rest(server.url, guest.accessToken).post(`/api/v1/conversations/${conversationId}/${what}`, { seq: 1 })
  const client = await connect(ana.signedIn)

  // Receipts are listed by user id, and the last one is not on the first page.
  const inOrder = guests.toSorted((one, other) => (one.user.id < other.user.id ? -1 : 1))
  const last = inOrder.pop() as (typeof guests)[number]
  for (const guest of inOrder) await report(guest, 'read')
  expect(await statesFor(client, conversationId)).toEqual({ status: 'sent', is_read: false, delivered_at: null })
  await report(last, 'delivered')
  expect(await statesFor(client, conversationId)).toEqual({ status: 'delivered', is_read: false, delivered_at: date })
  await report(last, 'read')
  expect(await statesFor(client, conversationId)).toEqual({ status: 'read', is_read: true, delivered_at: date })
})
