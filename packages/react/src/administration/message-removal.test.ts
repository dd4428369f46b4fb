import type { Message, Role } from '@parley/protocol'
import { expect, test } from 'vitest'
import { messageRemoval } from './message-removal.tsx'

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

const isOffered = (userId: string, isAdministrator: boolean, role?: Role) =>
  messageRemoval.actions?.[0]?.isOpenTo(sent, { userId, role, isAdministrator })

test('only administrators can remove messages, and only those that they cannot delete as a member', () => {
  expect(isOffered('bo', true)).toBe(true)
  expect(isOffered('bo', true, 'member')).toBe(true)
  expect(isOffered('bo', false)).toBe(false)
  expect(isOffered('bo', false, 'moderator')).toBe(false)
  // They can delete these like any member.
  expect(isOffered('ana', true)).toBe(false)
  expect(isOffered('bo', true, 'moderator')).toBe(false)
})
