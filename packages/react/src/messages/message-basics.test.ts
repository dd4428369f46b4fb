import { ChatError, type PendingMessage } from '@parley/client'
import type { Message, Role } from '@parley/protocol'
import { expect, test } from 'vitest'
import { offeredActions } from './actions/use-message-commands.ts'
import { messageBasics } from './message-basics.tsx'
import { messageActions } from './message-extensions.tsx'
import type { ShownMessage } from './timeline/message-rows.ts'

const sent: Message = {
  id: 'm',
  conversationId: 'c',
  seq: 1,
  rev: 1,
  senderId: 'ana',
  type: 'text',
  body: { kind: 'plain', text: 'Hello' },
  createdAt: 0,
  editedAt: null,
  deletedAt: null,
}
const pending: PendingMessage = {
  id: 'm',
  conversationId: 'c',
  senderId: 'ana',
  type: 'text',
  body: { kind: 'plain', text: 'Hello' },
  createdAt: 0,
  status: 'sending',
  error: null,
  seq: null,
}
const failed: PendingMessage = { ...pending, status: 'failed', error: new ChatError('forbidden', '') }

const offered = (message: ShownMessage, userId: string, role?: Role) =>
  offeredActions(messageBasics.actions ?? [], message, { userId, role, isAdministrator: false }).map(({ name }) => name)

test('one’s own message is copied, edited and deleted; that of somebody else is copied', () => {
  expect(offered(sent, 'ana')).toEqual(['copy', 'edit', 'delete'])
  expect(offered(sent, 'bo')).toEqual(['copy'])
  expect(offered(sent, 'bo', 'member')).toEqual(['copy'])
})

test('a moderator deletes the message of somebody else, and does not edit it', () => {
  expect(offered(sent, 'bo', 'moderator')).toEqual(['copy', 'delete'])
})

test('nothing can be done with a deleted or a system message', () => {
  expect(offered({ ...sent, body: null, deletedAt: 1 }, 'ana', 'owner')).toEqual([])
  expect(offered({ ...sent, type: 'system' }, 'ana', 'owner')).toEqual([])
})

test('a message on its way can only be given up, once it has failed', () => {
  expect(offered(pending, 'ana')).toEqual([])
  expect(offered(failed, 'ana')).toEqual(['delete'])
})

test('an encrypted message has no text to copy or edit', () => {
  expect(offered({ ...sent, body: { kind: 'sealed', ciphertext: 'AAAA' } }, 'ana')).toEqual(['delete'])
})

test('no two actions want the same key', () => {
  const keys = messageActions.flatMap(({ key }) => key ?? [])
  expect(new Set(keys).size).toBe(keys.length)
})
