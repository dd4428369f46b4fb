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

test('messages of one author within five minutes form a group', () => {
  expect(groups([said('a', 'ana', noon), said('b', 'ana', noon + minutes)])).toEqual([
    [true, false],
    [false, true],
  ])
})

test.each([
  ['another author', said('b', 'bo', noon + minutes)],
  ['a gap of five minutes', said('b', 'ana', noon + 5 * minutes)],
  ['another day', said('b', 'ana', noon + 12 * 60 * minutes)],
  ['a system message', said('b', 'ana', noon + minutes, { type: 'system' })],
])('%s begins a new group', (_, second) => {
  expect(groups([said('a', 'ana', noon), second])).toEqual([
    [true, true],
    [true, true],
  ])
})

test('the first unread message begins a group, and only it has the unread divider', () => {
  const messages = ['a', 'b', 'c'].map((id) => said(id, 'ana', noon))
  expect(groups(messages, 'b')).toEqual([
    [true, true],
    [true, false],
    [false, true],
  ])
  expect(all(messages, 'b').map(({ startsUnread }) => startsUnread)).toEqual([false, true, false])
})

test('the first message of a day has the heading of the day', () => {
  const day = 24 * 60 * minutes
  const rows = all([said('a', 'ana', noon), said('b', 'bo', noon), said('c', 'bo', noon + day)])
  expect(rows.map(({ startsDay }) => startsDay)).toEqual([true, false, true])
})

test('messages just outside of the slice count for the groups at its edges', () => {
  const messages = ['a', 'b', 'c'].map((id) => said(id, 'ana', noon))
  const [row] = messageRows(messages, { start: 1, end: 2 }, null)
  expect(row).toMatchObject({ startsDay: false, startsGroup: false, endsGroup: false })
})

test('messages being sent are last, and are shown only if the window reaches the end', () => {
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
  const conversationState = {
    messages: [said('a', 'ana', noon)],
    pending: [waiting],
    hasAfter: false,
  } as ConversationState
  expect(shownMessages(conversationState).map(({ id }) => id)).toEqual(['a', 'p'])
  expect(shownMessages({ ...conversationState, hasAfter: true }).map(({ id }) => id)).toEqual(['a'])
})
