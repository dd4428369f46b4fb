/** The sizes of a history: its conversations with their messages and members, and the read positions of its reader. */

export interface ConversationPlan {
  kind: 'room' | 'direct'
  messages: number
  /** The numbers of the members; the reader is 0. */
  people: number[]
}

/** The number of users in the history. */
export const people = 2_000
/** The reader is in this many conversations, those with the most messages. */
const read = 1_000
const messagesEach = 100
/** The largest conversation has a tenth of all messages, and many members. */
const greatest = { share: 0.1, people: 1_000 }

/**
 * The sizes of the other conversations by Zipf's law: the second has half of the messages of the first, the third a
 * third.
 */
const shares = (count: number, messages: number): number[] => {
  let sum = 0
  for (let rank = 1; rank <= count; rank += 1) sum += 1 / rank
  return Array.from({ length: count }, (_, i) => Math.max(1, Math.round(messages / sum / (i + 1))))
}

const peopleOf = (rank: number): number[] => {
  if (rank === 0) return Array.from({ length: greatest.people }, (_, i) => i)
  const first = rank < read ? [0] : []
  if (kindOf(rank) === 'direct') return [0, rank]
  const size = 2 + ((rank * 7) % 19)
  const others = Array.from({ length: size }, (_, i) => 1 + ((rank * 31 + i) % (people - 1)))
  return [...first, ...others]
}

const kindOf = (rank: number) => (rank > 0 && rank < read && rank % 3 === 0 ? 'direct' : 'room')

/** The conversations of a history, the largest first; the reader is in the first thousand. */
export const planHistory = (messages: number): ConversationPlan[] => {
  const count = Math.max(read + 100, Math.round(messages / messagesEach))
  const first = Math.round(messages * greatest.share)
  return [first, ...shares(count - 1, messages - first)].map((share, rank) => ({
    kind: kindOf(rank),
    messages: share,
    people: peopleOf(rank),
  }))
}

/**
 * The read position of the reader. In one of ten conversations more is unread than the server counts, in two of ten a
 * little.
 */
export const readUpTo = (rank: number, messages: number): number => {
  const unread = rank % 10 === 0 ? 150 : rank % 10 <= 2 ? 7 : 0
  return Math.max(0, messages - unread)
}
