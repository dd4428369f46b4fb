import { type Input, limits, type OperationName, type Output, type Reply } from '@parley/protocol'
import { administrationLimits } from '@parley/protocol/features/administration'
import { attachmentLimits } from '@parley/protocol/features/attachment-rules'
import { offerLimits } from '@parley/protocol/features/body/offer-rules'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { costs } from '../../features/index.ts'
import { ids, type LargestWorld, largestWorld } from '../../testing/largest/largest-world.ts'
import { countRows } from '../../testing/largest/row-count.ts'
import { askOverRest } from '../../testing/rest-form.ts'

const count = countRows()
const world = largestWorld()

/** Who calls: `me`, `other`, a backend with the key, or a stranger. */
type CallerName = 'me' | 'other' | 'key' | 'stranger'

interface Call<N extends OperationName> {
  input: Input<N>
  as?: CallerName
}

type Calls = {
  [N in OperationName]: (world: LargestWorld) => Call<N> | Call<N>[] | Promise<Call<N> | Call<N>[]>
}

const tokenOf = ({ me, other, key }: LargestWorld, as: CallerName): string | undefined =>
  ({ me: me.accessToken, other: other.accessToken, key, stranger: undefined })[as]

/** Calls an operation over REST. */
const callAs = (world: LargestWorld, name: OperationName, input: object, as: CallerName = 'me') =>
  askOverRest(world.server, name, input, tokenOf(world, as))

/** Prepares a call by another one, by `me`. */
async function ask<N extends OperationName>(world: LargestWorld, name: N, input: Input<N>): Promise<Output<N>> {
  const reply = (await (await callAs(world, name, input)).json()) as Reply<Output<N>>
  if (!reply.ok) throw new Error(`${name}: ${reply.error.code}`)
  return reply.data
}

const few = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n))
const people = limits.people
const page = limits.page
const name = '€'.repeat(limits.name)
const picture = `/${'€'.repeat(1_999)}`
const text = 'x'.padEnd(limits.text, '\u0001')
const reason = '€'.repeat(administrationLimits.reason)
const about = '€'.repeat(200)
const emoji = '👍'
const nowhere = 'zq'

const someMessage = async (world: LargestWorld, conversationId = ids.crowded) =>
  ask(world, 'message.send', { conversationId, id: uuidv7(), body: { kind: 'plain', text } })

const richMessage = async (world: LargestWorld) => {
  const { messages } = await ask(world, 'message.page', { conversationId: ids.rich, after: 50, limit: 1 })
  return messages[0]?.id ?? ''
}

/** As many conversations as a call names, those with the longest messages and the most members among them. */
const conversationsOf = async (world: LargestWorld) => {
  const { summaries } = await ask(world, 'conversation.list', { limit: people })
  const listed = summaries.map(({ conversation }) => conversation.id)
  return [...new Set([ids.sealed, ids.rich, ids.crowded, ...listed])].slice(0, people)
}

const everyPart = async (world: LargestWorld) => {
  const { attachments } = await ask(world, 'attachment.list', {})
  return {
    ...{
      kind: 'plain' as const,
      text,
      attachments: attachments.slice(0, attachmentLimits.perMessage).map(({ id }) => id),
    },
    offer: { amount: 1, currency: 'EUR', details: { text: 'x'.repeat(offerLimits.detailsBytes - 20) } },
  }
}

const allPositions = async (world: LargestWorld) => {
  const { epoch } = await ask(world, 'sync.run', {})
  const { summaries } = await ask(world, 'conversation.list', { limit: page })
  const listed = summaries.map(({ conversation }) => conversation.id)
  const rooms = few(limits.positions - listed.length, (n) => ids.room(n))
  return { epoch, rev: 0, positions: [...listed, ...rooms].map((conversationId) => ({ conversationId, rev: 1 })) }
}

/**
 * The calls that cost most of each operation, in an order in which none prevents a later one. Each must succeed; some
 * make others before.
 */
const costliestCalls: Calls = {
  'user.me': () => ({ input: {} }),
  'user.get': () => ({ input: { userId: ids.long(0) } }),
  'user.search': () => [{ input: { query: '€', limit: page } }, { input: { query: nowhere, limit: page } }],
  'user.update': () => ({ input: { displayName: name, avatarUrl: picture } }),
  'user.upsert': () => ({
    as: 'key',
    input: { userId: ids.long(0), username: name, displayName: name, avatarUrl: picture },
  }),
  'user.upsertMany': () => ({
    as: 'key',
    input: {
      users: few(people, (n) => ({ userId: ids.long(n), username: `${n}${name}`.slice(0, limits.name) })),
    },
  }),
  'session.list': () => ({ input: { limit: page } }),
  'session.renew': ({ me }) => ({ input: { accessToken: me.accessToken } }),
  'session.refresh': ({ other }) => ({ as: 'stranger', input: { refreshToken: other.refreshToken } }),
  'session.create': () => ({ as: 'stranger', input: { username: 'me', password: 'password of me' } }),
  'session.revoke': () => ({ input: { sessionId: 'session100001' } }),
  'user.register': () => ({
    as: 'stranger',
    input: { username: 'newcomer', password: 'password of newcomer', displayName: name },
  }),
  'user.changePassword': () => ({
    input: { currentPassword: 'password of me', newPassword: 'another password of me' },
  }),

  'contact.list': () => ({ input: { limit: page } }),
  'contact.request': () => ({ input: { userId: ids.stranger(500) } }),
  'contact.accept': () => ({ input: { userId: ids.crowd(0) } }),
  'contact.decline': () => ({ input: { userId: ids.crowd(1) } }),
  'contact.withdraw': () => ({ input: { userId: ids.crowd(1_000) } }),
  'contact.remove': () => ({ input: { userId: ids.long(1) } }),
  'block.list': () => ({ input: { limit: page } }),

  'conversation.list': () => ({ input: { limit: 1_000 } }),
  'conversation.discover': () => [{ input: { query: '€', limit: page } }, { input: { query: nowhere, limit: page } }],
  'conversation.findDirect': () => ({ input: { userId: ids.long(2) } }),
  'conversation.get': () =>
    [ids.crowded, ids.rich, ids.sealed].map((conversationId) => ({ input: { conversationId } })),
  'conversation.create': () => ({
    input: { name, topic: '€'.repeat(limits.topic), userIds: few(people, (n) => ids.long(n)) },
  }),
  'conversation.openDirect': () => [
    { input: { userId: ids.stranger(501), context: about } },
    { input: { userId: ids.long(2) } },
  ],
  'conversation.ensure': () =>
    ['job', 'owned'].map((context) => {
      const members = few(people, (n) => ({ userId: ids.stranger(600 + n) }))
      return { as: 'key' as const, input: { context, members, onlyThese: context === 'job' } }
    }),
  'hiding.set': () => ({ input: { conversationId: ids.direct(0) } }),
  'hiding.remove': () => ({ input: { conversationId: ids.direct(0) } }),

  'membership.list': () => ({ input: { conversationId: ids.crowded, after: ids.long(99), limit: page } }),
  'membership.listMany': async (world) => ({ input: { conversationIds: await conversationsOf(world) } }),
  'membership.invite': () => ({
    input: { conversationId: ids.inviting, userIds: few(people, (n) => ids.stranger(1_000 + n)) },
  }),
  'membership.add': () => ({
    input: { conversationId: ids.crowded, userIds: few(people, (n) => ids.stranger(1_200 + n)) },
  }),
  'membership.setRole': () => ({ input: { conversationId: ids.crowded, userId: ids.long(3), role: 'moderator' } }),
  'membership.remove': () => ({ input: { conversationId: ids.crowded, userId: ids.long(4), ban: true } }),
  'membership.join': () => ({ as: 'other', input: { conversationId: ids.crowded } }),
  'membership.leave': () => ({ as: 'other', input: { conversationId: ids.crowded } }),

  'message.get': async (world) => ({ input: { messageId: await richMessage(world) } }),
  'message.page': () => [
    { input: { conversationId: ids.rich, limit: page } },
    { input: { conversationId: ids.sealed, limit: page } },
    { input: { conversationId: ids.sealed, around: 50, limit: page } },
  ],
  'message.latest': async (world) => ({ input: { conversationIds: await conversationsOf(world) } }),
  'message.send': async (world) => [
    { input: { conversationId: ids.crowded, id: uuidv7(), body: await everyPart(world) } },
    {
      input: {
        ...{ conversationId: ids.crowded, id: uuidv7() },
        body: { kind: 'sealed', ciphertext: '\u0001'.repeat(limits.textBytes * 2) },
      },
    },
  ],
  'message.edit': () => ({ input: { messageId: ids.message, body: { kind: 'plain', text } } }),
  'attachment.create': () => ({ input: { id: uuidv7(), name: '€'.repeat(attachmentLimits.fileName), size: 1 } }),
  'attachment.list': () => ({ input: {} }),
  'attachment.get': async (world) => {
    const { attachments } = await ask(world, 'attachment.list', {})
    return { input: { attachmentId: attachments[0]?.id ?? '' } }
  },
  'attachment.sign': async (world) => {
    const { attachments } = await ask(world, 'message.page', { conversationId: ids.rich, limit: 5 })
    return { input: { attachmentIds: attachments.map(({ id }) => id) } }
  },
  'attachment.discard': async (world) => {
    const { attachments } = await ask(world, 'attachment.list', {})
    return { input: { attachmentId: attachments[0]?.id ?? '' } }
  },
  'attachment.quota': () => ({ input: {} }),
  'reaction.add': () => [
    { input: { messageId: ids.message, emoji } },
    { input: { messageId: ids.message, emoji: ':party:' } },
  ],
  'reaction.remove': () => ({ input: { messageId: ids.message, emoji } }),
  'reaction.list': () => ({ input: { messageId: ids.message, emoji, limit: page } }),
  'offer.decide': async (world) => ({ input: { messageId: await richMessage(world), decision: 'accept' } }),
  'message.delete': async (world) => {
    const body = await everyPart(world)
    const { message } = await ask(world, 'message.send', { conversationId: ids.crowded, id: uuidv7(), body })
    return { input: { messageId: message.id } }
  },
  'receipt.list': () => ({ input: { conversationId: ids.crowded, after: ids.long(99), limit: page } }),
  'receipt.delivered': () => ({ input: { conversationId: ids.crowded, seq: 50 } }),
  'receipt.read': () => ({ input: { conversationId: ids.crowded, seq: 60 } }),
  'typing.set': () => ({ input: { conversationId: ids.crowded, isTyping: true } }),
  'presence.set': () => ({ input: { status: 'away' } }),
  'presence.watch': () => ({
    input: { userIds: few(limits.watched, (n) => (n < 100 ? ids.long(n) : ids.crowd(n))) },
  }),
  'hook.list': () => ({ input: { conversationId: ids.rich } }),
  'hook.create': () => ({ input: { conversationId: ids.rich, name } }),
  'hook.revoke': () => ({ input: { conversationId: ids.rich, hookId: 'hook100001' } }),
  'sync.run': async (world) => [{ input: {} }, { input: await allPositions(world) }],

  'administration.listPeople': () => [{ input: { query: '€' } }, { input: { query: nowhere } }],
  'administration.listRooms': () => [{ input: {} }, { input: { query: nowhere } }],
  'administration.listActs': () => ({ input: {} }),
  'administration.removeMessage': async (world) => ({
    input: { messageId: (await someMessage(world)).message.id, reason },
  }),
  'block.add': () => ({ input: { userId: ids.long(0) } }),
  'block.remove': () => ({ input: { userId: ids.long(0) } }),
  'administration.suspend': () => ({ input: { userId: ids.long(0), reason } }),
  'administration.restore': () => ({ input: { userId: ids.long(0), reason } }),
  'user.deactivate': () => ({ as: 'key', input: { userId: ids.long(0) } }),
  'user.restore': () => ({ as: 'key', input: { userId: ids.long(0) } }),
  'session.end': () => ({ as: 'other', input: {} }),
  'administration.endSessions': ({ other }) => ({ input: { userId: other.user.id, reason } }),
  'administration.createPasswordLink': ({ other }) => ({ input: { userId: other.user.id, reason } }),
  'passwordLink.use': async (world) => {
    const { token } = await ask(world, 'administration.createPasswordLink', { userId: world.other.user.id, reason })
    return { as: 'stranger', input: { token, newPassword: 'another password of other' } }
  },

  // These continue after their answer, so they come last, those that may cost least first.
  'administration.removeRoom': () => ({ input: { conversationId: ids.empty, reason } }),
  'user.erase': () => ({ as: 'key', input: { userId: ids.stranger(502) } }),
  'conversation.update': () => ({
    input: { conversationId: ids.inviting, name, topic: '€'.repeat(limits.topic) },
  }),
}

/** What the costliest calls of an operation read and answer: the most rows and bytes of one of them. */
async function measured(name: OperationName): Promise<{ rows: number; bytes: number }> {
  const most = { rows: 0, bytes: 0 }
  for (const { input, as } of [await costliestCalls[name](world)].flat()) {
    const before = count.rows
    const response = await callAs(world, name, input, as)
    const answer = await response.text()
    expect([response.status, answer.slice(0, 10)]).toEqual([expect.any(Number), '{"ok":true'])
    most.rows = Math.max(most.rows, count.answered - before)
    most.bytes = Math.max(most.bytes, Buffer.byteLength(answer))
  }
  return most
}

// In the order of the table, in which no call prevents a later one.
test.each(Object.keys(costliestCalls) as OperationName[])(
  '%s reads and answers no more than it declares, with the largest data',
  async (name) => {
    const { rows, bytes } = await measured(name)
    expect(rows).toBeGreaterThan(0)
    expect(rows).toBeLessThanOrEqual(costs[name].rows)
    expect(bytes).toBeLessThanOrEqual(costs[name].bytes)
  },
)
