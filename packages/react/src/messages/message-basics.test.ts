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

test('a user can copy, edit and delete their own message, and only copy those of others', () => {
  expect(offered(sent, 'ana')).toEqual(['copy', 'edit', 'delete'])
  expect(offered(sent, 'bo')).toEqual(['copy'])
  expect(offered(sent, 'bo', 'member')).toEqual(['copy'])
})

test('a moderator can delete the messages of others, but not edit them', () => {
  expect(offered(sent, 'bo', 'moderator')).toEqual(['copy', 'delete'])
})

test('deleted messages and system messages have no actions', () => {
  expect(offered({ ...sent, body: null, deletedAt: 1 }, 'ana', 'owner')).toEqual([])
  expect(offered({ ...sent, type: 'system' }, 'ana', 'owner')).toEqual([])
})

test('a message that is being sent has no actions, and can be deleted after it failed', () => {
  expect(offered(pending, 'ana')).toEqual([])
  expect(offered(failed, 'ana')).toEqual(['delete'])
})

test('an encrypted message cannot be copied or edited', () => {
  expect(offered({ ...sent, body: { kind: 'sealed', ciphertext: 'AAAA' } }, 'ana')).toEqual(['delete'])
})

test('no two actions have the same key', () => {
  const keys = messageActions.flatMap(({ key }) => key ?? [])
  expect(new Set(keys).size).toBe(keys.length)
})
