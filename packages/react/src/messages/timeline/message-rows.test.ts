import type { ConversationState, PendingMessage } from '@parley/client'
import type { Message } from '@parley/protocol'
import { expect, test } from 'vitest'
import { messageRows, shownMessages } from './message-rows.ts'

const noon = new Date(2026, 2, 3, 12).getTime()
const minutes = 60_000

const said = (id: string, senderId: string, createdAt: number, more: Partial<Message> = {}): Message => ({
  id,
  conversationId: 'c',
  seq: 1,
  rev: 1,
  senderId,
  type: 'text',
  body: { kind: 'plain', text: id },
  createdAt,
  editedAt: null,
  deletedAt: null,
  ...more,
})

const all = (messages: Message[], firstUnreadId: string | null = null) =>
  messageRows(messages, { start: 0, end: messages.length }, firstUnreadId)

const groups = (messages: Message[], firstUnreadId?: string) =>
  all(messages, firstUnreadId).map(({ startsGroup, endsGroup }) => [startsGroup, endsGroup])

test('messages of one author within five minutes stand together', () => {
  expect(groups([said('a', 'ana', noon), said('b', 'ana', noon + minutes)])).toEqual([
    [true, false],
    [false, true],
  ])
})

test.each([
  ['another author', said('b', 'bo', noon + minutes)],
  ['five minutes', said('b', 'ana', noon + 5 * minutes)],
  ['another day', said('b', 'ana', noon + 12 * 60 * minutes)],
  ['the server’s word', said('b', 'ana', noon + minutes, { type: 'system' })],
])('%s begins a new group', (_, second) => {
  expect(groups([said('a', 'ana', noon), second])).toEqual([
    [true, true],
    [true, true],
  ])
})

test('the first unread message begins a group, and is the only one that is marked', () => {
  const messages = ['a', 'b', 'c'].map((id) => said(id, 'ana', noon))
  expect(groups(messages, 'b')).toEqual([
    [true, true],
    [true, false],
    [false, true],
  ])
  expect(all(messages, 'b').map(({ startsUnread }) => startsUnread)).toEqual([false, true, false])
})

test('a day begins with its first message', () => {
  const day = 24 * 60 * minutes
  const rows = all([said('a', 'ana', noon), said('b', 'bo', noon), said('c', 'bo', noon + day)])
  expect(rows.map(({ startsDay }) => startsDay)).toEqual([true, false, true])
})

test('what stands outside of the slice still counts for its edges', () => {
  const messages = ['a', 'b', 'c'].map((id) => said(id, 'ana', noon))
  const [row] = messageRows(messages, { start: 1, end: 2 }, null)
  expect(row).toMatchObject({ startsDay: false, startsGroup: false, endsGroup: false })
})

test('what is being sent stands last, and only where the window reaches to the end', () => {
  const waiting: PendingMessage = {
    id: 'p',
    conversationId: 'c',
    senderId: 'ana',
    type: 'text',
    body: { kind: 'plain', text: 'p' },
    createdAt: noon,
    status: 'queued',
    error: null,
    seq: null,
  }
  const held = { messages: [said('a', 'ana', noon)], pending: [waiting], hasAfter: false } as ConversationState
  expect(shownMessages(held).map(({ id }) => id)).toEqual(['a', 'p'])
  expect(shownMessages({ ...held, hasAfter: true }).map(({ id }) => id)).toEqual(['a'])
})
