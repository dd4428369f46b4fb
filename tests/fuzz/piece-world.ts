import type { Random } from '../faults/rig/random.ts'

/** Somebody whose sockets and requests are the fuzzer's. */
export interface FuzzPerson {
  id: string
  username: string
  sessionId: string
  token: string
  refreshToken: string
}

/** What the packets of one piece may name, so that many of them are valid but for one thing. */
export interface PieceWorld {
  random: Random
  people: FuzzPerson[]
  /** Conversations of these people, and one that is none of theirs. */
  conversationIds: string[]
  /** Messages that were sent, perhaps. */
  messageIds: string[]
  epoch: string
}

const mostRemembered = 300
const hex = (random: Random, digits: number) =>
  Array.from({ length: digits }, () => random.whole(0, 16).toString(16)).join('')

/** The id of a message that nobody sent yet; it may be edited, deleted and sent again from now on. */
export function newMessageId({ random, messageIds }: PieceWorld): string {
  const id = `01970000-${hex(random, 4)}-7${hex(random, 3)}-8${hex(random, 3)}-${hex(random, 12)}`
  if (messageIds.length < mostRemembered) messageIds.push(id)
  else messageIds[random.whole(0, mostRemembered)] = id
  return id
}

export const someMessageId = (world: PieceWorld): string =>
  world.messageIds.length > 0 && world.random.chance(0.9) ? world.random.pick(world.messageIds) : newMessageId(world)

export const somePerson = ({ random, people }: PieceWorld): FuzzPerson => random.pick(people)

export const someConversationId = ({ random, conversationIds }: PieceWorld): string => random.pick(conversationIds)

const words = ['Hello', 'ok', '👍', 'Як справи?', '今日は', 'سلام', 'https://x.example/a?b=c', 'e\u0301', '"\\"']

export const someText = ({ random }: PieceWorld): string =>
  Array.from({ length: random.pick([1, 1, 2, 5, 60]) }, () => random.pick(words)).join(' ')
