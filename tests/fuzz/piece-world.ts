import type { Random } from '../faults/rig/random.ts'

/** A person whose sockets and requests the fuzzer controls. */
export interface FuzzPerson {
  id: string
  username: string
  sessionId: string
  token: string
  refreshToken: string
}

/** The data that the packets of one piece refer to, so that many packets are valid, or have a single fault. */
export interface PieceWorld {
  random: Random
  people: FuzzPerson[]
  /** Conversations of these people, and one of which none of them is a member. */
  conversationIds: string[]
  /** Ids of messages that may have been sent. */
  messageIds: string[]
  epoch: string
}

const mostRemembered = 300
const hex = (random: Random, digits: number) =>
  Array.from({ length: digits }, () => random.whole(0, 16).toString(16)).join('')

/** Makes the id of a new message, and adds it to those that later packets edit, delete and send again. */
export function newMessageId({ random, messageIds }: PieceWorld): string {
  const id = `01970000-${hex(random, 4)}-7${hex(random, 3)}-8${hex(random, 3)}-${hex(random, 12)}`
  if (messageIds.length < mostRemembered) messageIds.push(id)
  else messageIds[random.whole(0, mostRemembered)] = id
  return id
}

/** The id of a message that may exist, or sometimes a new one, which is remembered. */
export const someMessageId = (world: PieceWorld): string =>
  world.messageIds.length > 0 && world.random.chance(0.9) ? world.random.pick(world.messageIds) : newMessageId(world)

/** A random person. */
export const somePerson = ({ random, people }: PieceWorld): FuzzPerson => random.pick(people)

/** The id of a random conversation, sometimes of one that is not theirs. */
export const someConversationId = ({ random, conversationIds }: PieceWorld): string => random.pick(conversationIds)

const words = ['Hello', 'ok', '👍', 'Як справи?', '今日は', 'سلام', 'https://x.example/a?b=c', 'e\u0301', '"\\"']

/** A random text of 1 to 60 words in several scripts. */
export const someText = ({ random }: PieceWorld): string =>
  Array.from({ length: random.pick([1, 1, 2, 5, 60]) }, () => random.pick(words)).join(' ')
