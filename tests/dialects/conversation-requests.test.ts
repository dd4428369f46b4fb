import { describe, expect, test } from 'vitest'
import { conversationStage } from './conversation-stage.ts'
import type { Fields } from './inbox.ts'
import { stage } from './stage.ts'

const on = stage()
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const id = expect.stringMatching(/^[0-9a-f-]{36}$/)

const { pair } = conversationStage(on)

describe('document 002', () => {
  test('requests are answered by acknowledgement, or by an event of the same name if the client wants none', async () => {
    const { ana, bo, conversationId } = await pair()
    const sent = await ana.ask('send_message', { conversationId, text: 'as plain text' })
    expect(sent).toMatchObject({ content: { text: 'as plain text' }, senderId: ana.id })
    expect(sent).toMatchObject({ id: sent._id, is_read: false, delivered_at: null })
    await bo.inbox.next('new_message', { _id: sent._id })
    const listed = await bo.ask('get_conversations', undefined)
    const list = [
      {
        id: conversationId,
        last_message_at: date,
        unread_count: 1,
        otherUser: { _id: ana.id },
      },
    ]
    expect(listed).toMatchObject(list)
    bo.socket.emit('get_conversations')
    expect(await bo.inbox.next('get_conversations')).toMatchObject(list)
    const history = { messages: [{ id: sent._id, is_read: false }], hasMore: false }
    expect(await bo.ask('get_messages', { conversationId })).toMatchObject(history)
    bo.socket.emit('get_messages', { conversationId })
    expect(await bo.inbox.next('get_messages')).toMatchObject(history)
    expect(await bo.ask('mark_as_read', { conversationId })).toMatchObject({ readBy: bo.id })
    await ana.inbox.next('message_read')
    expect(await ana.ask('get_messages', { conversationId })).toMatchObject({
      messages: [{ id: sent._id, is_read: true, delivered_at: date }],
    })
  })

  test('histories continue by a cursor without gaps', async () => {
    const { ana, bo, conversationId } = await pair()
    for (let number = 1; number <= 23; number += 1) ana.sendMessage(conversationId, bo.id, `${number}`)
    for (let number = 1; number <= 23; number += 1) await bo.inbox.next('new_message')
    const all: string[] = []
    for (let cursor: unknown; cursor !== null; ) {
      const page = await bo.ask('get_messages', { conversationId, limit: 10, ...(cursor ? { cursor } : {}) })
      all.push(...(page.messages as { content: { text: string } }[]).map(({ content }) => content.text))
      cursor = page.hasMore ? page.nextCursor : null
    }
    expect(all).toEqual(Array.from({ length: 23 }, (_, at) => String(23 - at)))
  })

  test('histories continue by the number of a page, too, without gaps or repetitions while messages arrive', async () => {
    const { ana, bo, conversationId } = await pair()
    for (let number = 1; number <= 23; number += 1) ana.sendMessage(conversationId, bo.id, `${number}`)
    for (let number = 1; number <= 23; number += 1) await bo.inbox.next('new_message')
    const read = async (page: number) => {
      const answer = await bo.ask('get_messages', { conversationId, page, limit: 10 })
      return { ...answer, messages: (answer.messages as Fields[]).map(({ content }) => Number(Object(content).text)) }
    }
    const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, at) => from - at)
    expect(await read(1)).toMatchObject({ messages: down(23, 14), hasMore: true, totalPages: 3, nextCursor: id })
    ana.sendMessage(conversationId, bo.id, '24')
    await expect.poll(() => bo.inbox.all('new_message')).toHaveLength(24)
    expect(await read(2)).toMatchObject({ messages: down(13, 4), hasMore: true, totalPages: 3 })
    expect(await read(3)).toMatchObject({ messages: down(3, 1), hasMore: false, totalPages: 3 })
    expect(await read(4)).toMatchObject({ messages: [], hasMore: false, nextCursor: null })
    expect(await read(1)).toMatchObject({ messages: down(24, 15), totalPages: 3 })
    // A cursor goes before a page.
    const { nextCursor } = await bo.ask('get_messages', { conversationId, page: 1, limit: 10 })
    const after = await bo.ask('get_messages', { conversationId, page: 2, limit: 1, cursor: nextCursor })
    expect(after).toMatchObject({ messages: [{ content: { text: '14' } }] })
    for (const page of [0, -1, 1.5, '2', {}]) {
      const refused = { status: 'error', error: { code: 'INVALID_INPUT', message: expect.stringContaining('page') } }
      expect(await bo.ask('get_messages', { conversationId, page, limit: 5 })).toMatchObject(refused)
    }
  })
})
