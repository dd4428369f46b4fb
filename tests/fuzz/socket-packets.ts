import { clientFrame } from '../../benchmarks/generator/frames.ts'
import { unknownNames } from '../../packages/server/src/testing/malformed-input.ts'
import { hostileValue, mutate } from './hostile-values.ts'
import { goodInput, someOperation } from './operation-inputs.ts'
import {
  newMessageId,
  type PieceWorld,
  someConversationId,
  someMessageId,
  somePerson,
  someText,
} from './piece-world.ts'

/** The events that a socket uses: those of the protocol, or those of the room vocabulary. */
export type Vocabulary = 'native' | 'rooms'

/** Makes the Socket.IO packet of one event, as the text of a websocket frame. Half of all inputs are valid. */
export function eventText(world: PieceWorld, vocabulary: Vocabulary): string {
  return vocabulary === 'native' ? nativeText(world) : foreignText(world)
}

/** Makes such a packet as the bytes of a websocket frame. */
export const eventFrame = (world: PieceWorld, vocabulary: Vocabulary): Buffer =>
  clientFrame(eventText(world, vocabulary).toWellFormed())

function nativeText(world: PieceWorld): string {
  const { random } = world
  const operation = someOperation(world)
  const good = goodInput(world, operation)
  const input = random.chance(0.5) ? good : mutate(random, good)
  const name = random.chance(0.02) ? random.pick(unknownNames) : operation
  return `42/v1,${ackId(world)}${argumentsText(world, [name, input])}`
}

/** The ack id of an event: none, a usual one, or one that no real client sends. */
function ackId({ random }: PieceWorld): string {
  const kind = random.whole(0, 20)
  if (kind < 4) return ''
  if (kind < 17) return String(random.whole(0, 100_000))
  return random.pick(['0', '00', '1', '4294967296', '9007199254740993', '9'.repeat(30), '9'.repeat(400)])
}

function argumentsText({ random }: PieceWorld, event: unknown[]): string {
  const more = random.chance(0.03) ? [hostileValue(random), hostileValue(random)] : []
  const text = JSON.stringify([...event, ...more])
  if (random.chance(0.97)) return text
  // JSON that `JSON.stringify` does not write: a repeated field, or a number that is too large.
  const twice = random.pick(['conversationId', 'id', 'body', 'userIds', '__proto__'])
  return random.chance(0.5) ? text.replace('{', `{"${twice}":null,`) : text.replace(/\d+/, '1e400')
}

const events: Record<string, (world: PieceWorld) => unknown> = {
  'room:join': (world) => roomArgument(world),
  'room:leave': (world) => roomArgument(world),
  join: (world) => ({ rooms: [someConversationId(world)] }),
  leave: (world) => ({ rooms: [someConversationId(world)] }),
  'message:send': (world) => ({ roomId: someConversationId(world), content: someText(world), id: newMessageId(world) }),
  'message:edit': (world) => ({ messageId: someMessageId(world), content: someText(world) }),
  'message:delete': (world) => ({ messageId: someMessageId(world) }),
  'dm:send': (world) => ({ receiverId: somePerson(world).id, content: someText(world) }),
  'typing:start': (world) => roomArgument(world),
  'typing:stop': (world) => roomArgument(world),
  'presence:update': ({ random }) => ({ status: random.pick(['online', 'away', 'busy', 'offline']) }),
  authenticate: (world) => ({ token: somePerson(world).token }),
}

const roomArgument = (world: PieceWorld) => {
  const roomId = someConversationId(world)
  return world.random.chance(0.5) ? roomId : { roomId, userId: somePerson(world).id }
}

function foreignText(world: PieceWorld): string {
  const { random } = world
  const [event, argument] = random.pick(Object.entries(events))
  const good = argument(world)
  const given = random.chance(0.5) ? good : mutate(random, good)
  const name = random.chance(0.02) ? random.pick(unknownNames) : event
  return `42${random.chance(0.5) ? '' : ackId(world)}${argumentsText(world, [name, given])}`
}
