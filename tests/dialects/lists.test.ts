import { newId, plain } from '@parley/server/testing/people'
import { describe, expect, test } from 'vitest'
import { conversationStage } from './conversation-stage.ts'
import { pernClients } from './pern-client.ts'
import { stage } from './stage.ts'

/*
 * The lists of conversations, in the words of every document.
 */

const on = stage()
const { come } = conversationStage(on)
const pern = pernClients(on)

/** Acts as a user of the server, by the native operations. */
const as = (userId: string) => on.server().parley.as(userId)

const say = async (userId: string, conversationId: string, text: string) => {
  const sending = { conversationId, id: newId(), body: plain(text) }
  return (await as(userId).ask('message.send', sending)).message.id
}

describe('the last message of a list is the latest that is left', () => {
  /** Ana and Bo in a conversation whose last message Ana has deleted, and what she had said before it. */
  const withDeleted = async (ana: string, conversationId: string) => {
    const left = await say(ana, conversationId, 'This stays')
    await as(ana).ask('message.delete', { messageId: await say(ana, conversationId, 'This goes') })
    return left
  }
  const openDirect = async (ana: string, bo: string) =>
    (await as(ana).ask('conversation.openDirect', { userId: bo })).summary.conversation.id

  test('documents 000 and 001: rooms and people', async () => {
    const [ana, bo] = [await on.speak(), await on.speak()]
    const roomId = await ana.createRoom('General')
    const [ofRoom, ofDirect] = [
      await withDeleted(ana.id, roomId),
      await withDeleted(ana.id, await openDirect(ana.id, bo.id)),
    ]
    const sender = expect.objectContaining({ id: ana.id, username: ana.user.username })
    const lastOf = async (path: string) => (await ana.rest.list(path)).body[0]?.lastMessage
    expect(await lastOf('/chat/rooms')).toMatchObject({ id: ofRoom, content: 'This stays', sender })
    expect(await lastOf('/chat/conversations')).toMatchObject({ id: ofDirect, content: 'This stays', sender })
  })

  test('documents 002 and 003: by event and by request', async () => {
    const [ana, bo, cleo] = [await come(), await come(), await come()]
    const untouched = await openDirect(ana.id, cleo.id)
    await say(ana.id, untouched, 'Another')
    await as(ana.id).ask('message.delete', { messageId: await say(ana.id, await openDirect(ana.id, ana.id), 'Alone') })
    await withDeleted(ana.id, await openDirect(ana.id, bo.id))
    const last = { text: 'This stays', senderId: ana.id, timestamp: expect.any(String) }
    const expected = [
      { _id: ana.roomWith(bo), lastMessage: last },
      { _id: ana.roomWith(ana), lastMessage: null },
      { _id: ana.roomWith(cleo), lastMessage: { ...last, text: 'Another' } },
    ]
    expect((await ana.rest.get('/api/chat/conversations')).body.data).toMatchObject(expected)
    expect(await ana.ask('get_conversations', {})).toMatchObject(expected)
  })

  test('document 004: in the list and alone', async () => {
    const [ana, bo] = [await pern.come(), await pern.come()]
    const group = await ana.openGroup('Team', bo)
    const left = await withDeleted(ana.id, group)
    await as(bo.id).ask('reaction.add', { messageId: left, emoji: '👍' })
    const expected = {
      id: group,
      last_message: {
        id: left,
        content_encrypted: 'This stays',
        deleted_at: null,
        sender: { username: ana.username },
        reactions: [{ message_id: left, user_id: bo.id, emoji: '👍', count: 1 }],
      },
    }
    expect((await bo.rest.get('/api/conversations')).body.data).toMatchObject([expected])
    expect((await bo.rest.get(`/api/conversations/${group}`)).body.data).toMatchObject(expected)
  })
})
