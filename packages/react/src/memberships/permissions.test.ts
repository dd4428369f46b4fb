import type { Membership, Role } from '@parley/protocol'
import { expect, test } from 'vitest'
import { grantableRoles, mayAdd, mayChangeRoom, mayInvite, mayRemove } from './permissions.ts'

const roles: Role[] = ['owner', 'admin', 'moderator', 'member']
const member = (role: Role): Membership => ({
  conversationId: 'c',
  userId: 'u',
  role,
  state: 'active',
  readSeq: 0,
  deliveredSeq: 0,
  joinedAt: 0,
  joinedSeq: 0,
  rev: 1,
})
const table = (may: (role: Role | undefined) => boolean) => [...roles, undefined].map(may)

test('admins may change a room and add people, and moderators may invite', () => {
  expect(table(mayChangeRoom)).toEqual([true, true, false, false, false])
  expect(table(mayInvite)).toEqual([true, true, true, false, false])
  expect(table(mayAdd)).toEqual([true, true, false, false, false])
})

test('moderators and higher roles may remove lower roles, and owners each other', () => {
  const removable = (role: Role) => roles.filter((other) => mayRemove(role, member(other)))
  expect(roles.map(removable)).toEqual([roles, ['moderator', 'member'], ['member'], []])
})

test('owners and admins may give others at most their own role', () => {
  expect(grantableRoles('owner', member('owner'))).toEqual(roles)
  expect(grantableRoles('admin', member('member'))).toEqual(['admin', 'moderator', 'member'])
  expect(grantableRoles('admin', member('admin'))).toEqual([])
  expect(grantableRoles('moderator', member('member'))).toEqual([])
  expect(grantableRoles(undefined, member('member'))).toEqual([])
})
