import type { Input, OperationName } from './catalogue.ts'

const conversationId = '01970000-0000-7000-8000-000000000001'
const userId = 'ana'
const messageId = '01970000-0000-7000-8000-0000000000aa'
const body = { kind: 'plain', text: 'Good morning' } as const

/** One good input for every operation with every field set: where tests of bad ones begin. */
export const sampleInputs: { [N in OperationName]: { [Field in keyof Required<Input<N>>]: Input<N>[Field] } } = {
  'user.register': { username: 'ana', password: 'correct horse', displayName: 'Ana' },
  'session.create': { username: 'ana', password: 'correct horse', deviceToken: 'a-device.a-seal' },
  'session.refresh': { refreshToken: 'opaque' },
  'session.renew': { accessToken: 'a.b.c' },
  'session.list': {},
  'session.end': {},
  'session.revoke': { sessionId: conversationId },
  'user.me': {},
  'user.search': { query: 'an', limit: 20 },
  'user.get': { userId },
  'user.update': { displayName: 'Ana María', avatarUrl: '/blobs/ana.webp' },
  'user.changePassword': { currentPassword: 'correct horse', newPassword: 'battery staple' },
  'conversation.list': { kind: 'room', limit: 100 },
  'conversation.discover': { query: 'gard', limit: 50 },
  'conversation.findDirect': { userId, context: 'job-7' },
  'conversation.get': { conversationId },
  'conversation.create': { name: 'Garden', topic: 'What grows', visibility: 'private', userIds: [userId] },
  'conversation.openDirect': { userId, context: 'job-7' },
  'conversation.update': { conversationId, name: 'Garden', topic: null, visibility: 'public' },
  'membership.list': { conversationId, after: userId, limit: 100 },
  'membership.join': { conversationId },
  'membership.leave': { conversationId },
  'membership.invite': { conversationId, userIds: [userId] },
  'membership.add': { conversationId, userIds: [userId] },
  'membership.remove': { conversationId, userId, ban: true },
  'membership.setRole': { conversationId, userId, role: 'moderator' },
  'message.send': { conversationId, id: messageId, type: 'text', body },
  'message.edit': { messageId, body },
  'message.delete': { messageId },
  'message.get': { messageId },
  'message.page': { conversationId, before: 7, after: undefined, around: undefined, limit: 50 },
  'receipt.read': { conversationId, seq: 7 },
  'receipt.delivered': { conversationId, seq: 7 },
  'typing.set': { conversationId, isTyping: true },
  'presence.set': { status: 'away' },
  'presence.watch': { userIds: [userId] },
  'sync.run': { epoch: 'e1', rev: 3, positions: [{ conversationId, rev: 12 }] },
}
