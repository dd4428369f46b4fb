import type { Input, OperationName } from '@parley/protocol'
import { sampleInputs } from '../../packages/protocol/src/sample-inputs.ts'
import {
  newMessageId,
  type PieceWorld,
  someConversationId,
  someMessageId,
  somePerson,
  someText,
} from './piece-world.ts'

/**
 * The relative frequency of operations; all others have 4. Common ones are frequent, those that hash a password rare.
 */
const weights: { [N in OperationName]?: number } = {
  'message.send': 40,
  'message.edit': 10,
  'message.delete': 12,
  'receipt.read': 12,
  'receipt.delivered': 12,
  'typing.set': 12,
  'message.page': 8,
  'conversation.create': 1,
  'user.search': 2,
  'sync.run': 2,
  'session.end': 0.02,
  'session.revoke': 0.1,
  'user.register': 0.02,
  'session.create': 0.02,
  'user.changePassword': 0.02,
}

const names = Object.keys(sampleInputs) as OperationName[]
const bounds: number[] = []
for (const name of names) bounds.push((bounds.at(-1) ?? 0) + (weights[name] ?? 4))

/** A random operation, by its weight. */
export function someOperation({ random }: PieceWorld): OperationName {
  const place = random.between(0, bounds.at(-1) ?? 0)
  return names[bounds.findIndex((bound) => place < bound)] ?? 'user.me'
}

/** A valid input in most cases: the sample, with existing people, conversations and messages in it. */
export function goodInput(world: PieceWorld, name: OperationName): unknown {
  return { ...withRealIds(world, sampleInputs[name]), ...special[name]?.(world) }
}

function withRealIds(world: PieceWorld, sample: object): Record<string, unknown> {
  const entries = Object.entries(sample).map(([field, value]) => [field, real[field]?.(world) ?? value])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && !world.random.chance(0.03)))
}

const real: Record<string, (world: PieceWorld) => unknown> = {
  conversationId: someConversationId,
  userId: (world) => somePerson(world).id,
  userIds: (world) => [somePerson(world).id],
  messageId: someMessageId,
  id: (world) => (world.random.chance(0.1) ? someMessageId(world) : newMessageId(world)),
  body: (world) => ({ kind: 'plain', text: someText(world) }),
  sessionId: (world) => somePerson(world).sessionId,
  accessToken: (world) => somePerson(world).token,
  username: (world) => somePerson(world).username,
  // Low ones too, so that messages stay unread.
  seq: ({ random }) => random.whole(0, random.pick([3, 20, 60, 120])),
  rev: ({ random }) => random.whole(0, 200),
  topic: someText,
}

type Special = { [N in OperationName]?: (world: PieceWorld) => Partial<Input<N>> }

/** Fields that depend on each other, or of which the sample has one value only. */
const special: Special = {
  'message.page': ({ random }) => {
    const place = random.pick(['before', 'after', 'around'] as const)
    return { before: undefined, [place]: random.whole(0, 200), limit: random.whole(1, 101) }
  },
  'membership.list': ({ random, people }) => ({ after: random.chance(0.5) ? undefined : random.pick(people).id }),
  'membership.setRole': ({ random }) => ({ role: random.pick(['owner', 'admin', 'moderator', 'member']) }),
  'membership.remove': ({ random }) => ({ ban: random.chance(0.1) }),
  'presence.set': ({ random }) => ({ status: random.pick(['online', 'away', 'busy', 'offline']) }),
  'typing.set': ({ random }) => ({ isTyping: random.chance(0.6) }),
  'message.send': ({ random }) => ({ type: random.pick(['text', 'image', 'file', 'voice', 'offer']) }),
  'sync.run': ({ random, epoch, conversationIds }) => ({
    epoch: random.chance(0.8) ? epoch : undefined,
    positions: conversationIds.map((conversationId) => ({ conversationId, rev: random.whole(0, 300) })),
  }),
}
