import type { Charge } from './budgets.ts'

/**
 * What an operation may cost: the budget that its caller spends, and the most that one call may read and answer where no
 * data is larger than `largest`. `costs.test.ts` makes the costliest calls of each operation where data is that large.
 */
export interface Cost {
  charge: Charge
  /** Rows that the database returns before the call is answered, without those that it only counts or compares. */
  rows: number
  /** Bytes of the reply, as JSON in UTF-8. */
  bytes: number
}

/** The largest data for which the costs hold. It is no limit: beyond it, they grow in proportion. */
export const largest = {
  people: 50_000,
  rooms: 10_000,
  /** Active members of a room. */
  members: 10_000,
  /** Users who are invited to a room. */
  invited: 3_000,
  /** Conversations of one user. */
  conversations: 1_000,
  /** Users in one room with whom one user has a block, in either direction. */
  blocks: 1_000,
  /** Open sessions of one user. */
  sessions: 1_000,
} as const

/** The rows of a call that reads no list: its session, its caller and what it is about. */
export const few = 20
/** The rows that belong beside one message, once as they are and once as they change. */
export const besideMessage = 130
/**
 * The most rows that a call reads beside others for an answer of so many bytes. A row has at least 100 bytes; added are
 * those beside the 16 messages of a last slice that the answer leaves out.
 */
export const sideRowsIn = (bytes: number): number => Math.ceil(bytes / 100) + 16 * besideMessage
/** The rows of a change of one membership, with its account and the summary that it brings. */
export const perMember = 6
/** The rows of a change of a profile, in all conversations of the user. */
export const everywhere = perMember * largest.conversations
/** The rows of a change between two users, who have a direct conversation for each context. */
export const betweenTwo = 2 * largest.conversations
/** The rows of a search through the names of all users: one for each slice, and one for each group of letters. */
export const searched = largest.people / 500 + 12

/** The bytes of a reply without a long text. */
export const small = 1_000

/** The most bytes of each thing in a reply: names and pictures as long as possible, in letters of three bytes. */
export const sizes = {
  user: 7_000,
  session: 1_000,
  /** A row about two users, or about a user and a thing: a contact, a block, a reaction. */
  pair: 300,
  membership: 500,
  conversation: 3_500,
  /** With all rows beside it; a sealed text of control characters alone has 197 kB. */
  message: 250_000,
  /** With its last message. */
  summary: 270_000,
  attachment: 1_200,
  tally: 2_000,
  offer: 6_000,
  presence: 200,
  hook: 1_000,
  act: 4_000,
} as const
