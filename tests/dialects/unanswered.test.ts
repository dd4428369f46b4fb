import { describe, expect, test } from 'vitest'
import { conversationStage } from './conversation-stage.ts'
import type { Fields, Inbox } from './inbox.ts'
import { pernClients } from './pern-client.ts'
import { stage } from './stage.ts'

/* E11: with `directMessages: 'requests'`, a stranger at a client of any document sees nothing before an answer. */

const on = stage({ directMessages: 'requests', timing: { presenceGraceMs: 100 } })
const conversations = conversationStage(on)
const pern = pernClients(on)

/** What somebody heard that shows another to be there, to type, to have received or read. */
const signsOf = (inbox: Inbox, userId: string) =>
  inbox.heard.filter(({ event, payload }) => {
    const { userId: about, isOnline, lastSeen } = Object(payload) as Fields
    const isUnknown = isOnline === false && lastSeen === null
    return /^(message_delivered|message_read)$/.test(event) || (about === userId && !isUnknown)
  })

describe('document 003', () => {
  test('nothing shows that a user is there before an answer; afterwards everything does', async () => {
    const { ana: eve, bo: ana, conversationId } = await conversations.pair()
    eve.sendMessage(conversationId, ana.id, 'Who are you?')
    const { _id } = await ana.inbox.next('new_message')
    expect(await ana.ask('mark_as_read', { conversationId, messageIds: [_id] })).toMatchObject({ readBy: ana.id })
    for (const event of ['typing_start', 'typing_stop']) await ana.ask(event, { conversationId })
    const friend = await conversations.come()
    ana.sendMessage(ana.roomWith(friend), friend.id, 'See you')
    await friend.inbox.next('new_message')
    ana.socket.close()
    await friend.inbox.next('user_online_status', { userId: ana.id, isOnline: false })
    const back = await conversations.arrive(ana.signedIn)
    await friend.inbox.next('user_online_status', { userId: ana.id, isOnline: true })
    const online = { userId: ana.id, isOnline: false, lastSeen: null }
    expect(await eve.ask('get_online_status', { userId: ana.id })).toEqual(online)
    const { body } = await eve.rest.get('/api/chat/conversations')
    for (const list of [body.data, await eve.ask('get_conversations', undefined)]) {
      expect(list).toMatchObject([{ otherUser: { isOnline: false } }])
    }
    const sent = [{ _id, status: 'sent', is_read: false }]
    expect((await eve.ask('get_messages', { conversationId })).messages).toMatchObject(sent)
    await eve.heardAll()
    expect(signsOf(eve.inbox, ana.id)).toEqual([])

    back.sendMessage(conversationId, eve.id, 'Your neighbour')
    await eve.inbox.next('new_message', { senderId: ana.id })
    await eve.inbox.next('user_online_status', { userId: ana.id, isOnline: true })
    expect(await eve.ask('get_online_status', { userId: ana.id })).toMatchObject({ isOnline: true })
    eve.sendMessage(conversationId, ana.id, 'Hello, then')
    const { _id: second } = await back.inbox.next('new_message', { senderId: eve.id })
    await back.ask('mark_as_read', { conversationId, messageIds: [second] })
    await eve.inbox.next('message_read', { readBy: ana.id })
  })
})

describe('document 004', () => {
  test('nothing shows that a user is there before an answer; afterwards everything does', async () => {
    const [eve, ana] = [await pern.come(), await pern.come()]
    const conversationId = await eve.openDirect(ana)
    const { id: messageId } = await eve.send(conversationId, 'Who are you?')
    await ana.inbox.next('chat:message_received')
    const friend = await pern.come()
    await ana.openDirect(friend)
    await friend.heardAll()
    for (const event of ['chat:message_delivered', 'chat:message_read']) await ana.ask(event, { messageId })
    await ana.ask('chat:typing', { conversationId, isTyping: true })
    for (const status of ['offline', 'online']) {
      await ana.ask(`presence:${status}`)
      await friend.inbox.next('user:status_changed', { userId: ana.id, status })
    }
    expect(await eve.history(conversationId)).toMatchObject([{ statuses: [{ user_id: ana.id, status: 'sent' }] }])
    await eve.heardAll()
    expect(signsOf(eve.inbox, ana.id)).toEqual([])

    const { id } = await ana.send(conversationId, 'Your neighbour')
    await eve.inbox.next('chat:message_received', { id })
    await ana.ask('presence:online')
    await eve.inbox.next('user:status_changed', { userId: ana.id, status: 'online' })
    const { id: second } = await eve.send(conversationId, 'Hello, then')
    await ana.ask('chat:message_read', { messageId: second })
    await eve.inbox.next('chat:message_status_updated', { messageId: second, userId: ana.id, status: 'read' })
  })
})

describe.each(['000', '001'] as const)('document %s', (vocabulary) => {
  test('nothing shows that a user is there before an answer; afterwards everything does', async () => {
    const [eve, ana] = [await on.speak(vocabulary), await on.speak(vocabulary)]
    eve.sendDirectMessage(ana.id, 'Who are you?')
    await ana.inbox.next('dm:new')
    const friend = await on.speak(vocabulary)
    ana.sendDirectMessage(friend.id, 'See you')
    await friend.inbox.next('dm:new')
    ana.socket.emit('presence:update', 'busy')
    await friend.inbox.next('presence:changed', { userId: ana.id, status: 'busy' })
    const list = async () => (await eve.rest.list('/chat/conversations')).body
    expect(await list()).toMatchObject([{ id: ana.id, isOnline: false, lastSeenAt: null }])
    await eve.heardAll()
    expect(signsOf(eve.inbox, ana.id)).toEqual([])

    ana.sendDirectMessage(eve.id, 'Your neighbour')
    await eve.inbox.next('dm:new', { senderId: ana.id })
    ana.socket.emit('presence:update', 'away')
    await eve.inbox.next('presence:changed', { userId: ana.id, status: 'away' })
    expect(await list()).toMatchObject([{ id: ana.id, isOnline: true }])
  })
})
