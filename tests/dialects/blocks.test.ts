import type { SignedIn } from '@parley/protocol'
import { expect, test } from 'vitest'
import { conversationStage } from './conversation-stage.ts'
import { pernClients } from './pern-client.ts'
import { stage } from './stage.ts'

const on = stage()
const conversations = conversationStage(on)
const pern = pernClients(on)

/** One blocks the other at a native client: no document has a word for it. */
const block = async (blocking: SignedIn, userId: string) => {
  const native = await on.server().connect(blocking)
  await native.ask('block.add', { userId })
  native.close()
}

const blockers = ['the sender', 'the reader'] as const

test.each(blockers)('002 and 003: reading is not shown in a history once %s blocks the other', async (blocker) => {
  const { ana, bo, conversationId } = await conversations.pair()
  ana.sendMessage(conversationId, bo.id, 'Hello')
  const { _id } = await bo.inbox.next('new_message')
  await ana.inbox.next('message_delivered')
  if (blocker === 'the sender') await block(ana.signedIn, bo.id)
  else await block(bo.signedIn, ana.id)
  expect(await bo.ask('mark_as_read', { conversationId, messageIds: [_id] })).toMatchObject({ readBy: bo.id })
  const unread = [{ _id, status: 'delivered', is_read: false, delivered_at: null }]
  expect((await ana.ask('get_messages', { conversationId })).messages).toMatchObject(unread)
  const { body } = await ana.rest.get(`/api/chat/conversations/${conversationId}/messages`)
  expect(body.data).toMatchObject({ messages: [{ _id, status: 'delivered' }] })
})

test.each(blockers)('004: reading is not shown in the statuses once %s blocks the other', async (blocker) => {
  const signedIn = { ana: await on.signUp(), bo: await on.signUp() }
  const [ana, bo] = [await pern.arrive(signedIn.ana), await pern.arrive(signedIn.bo)]
  const conversationId = await ana.openDirect(bo)
  const { id } = await ana.send(conversationId, 'Hello')
  await bo.inbox.next('chat:message_received')
  await ana.inbox.next('chat:message_status_updated', { status: 'delivered' })
  if (blocker === 'the sender') await block(signedIn.ana, bo.id)
  else await block(signedIn.bo, ana.id)
  expect(await bo.ask('chat:message_read', { messageId: id })).toMatchObject({ success: true })
  expect(await ana.history(conversationId)).toMatchObject([
    { id, statuses: [{ user_id: bo.id, status: 'delivered', timestamp: null }] },
  ])
})
