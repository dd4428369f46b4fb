import type { ConversationSummary, Message } from '@parley/protocol'
import type { ConversationState } from '../chat-state.ts'
import type { ConversationPart } from '../client-feature.ts'
import type { PendingMessage } from './pending-message.ts'
import { readUpTo } from './unread.ts'

/** What the state holds of a conversation's messages. */
export interface MessagesFields {
  lastSeq: number
  /** The newest message, for lists; also when the window is elsewhere or was never loaded. */
  lastMessage: Message | null
  /** A window without gaps, ascending by seq. Deleted messages keep their place. */
  messages: Message[]
  /** False until the first page came (an empty window then means an empty conversation). */
  messagesLoaded: boolean
  hasBefore: boolean
  hasAfter: boolean
  /** What this device is sending, in order; shown after the window. */
  pending: PendingMessage[]
  /** Messages after one's read position that are neither one's own nor deleted; 100 means "99+". */
  unread: number
  /** True while `unread` waits for the server's count, because the change was outside the window. */
  recount: boolean
}

export const messagesPart: ConversationPart<MessagesFields> = {
  begin: beginMessages,
  merge: mergeUnread,
  isLoaded: (held) => held.messagesLoaded,
}

function beginMessages(summary: ConversationSummary, me: string, held: ConversationState | undefined): MessagesFields {
  // An acknowledgement may have brought the last message ahead of the position that the summary was read at.
  const isAhead = held !== undefined && held.lastSeq > summary.lastSeq && isActive(summary, me)
  const { lastSeq, lastMessage } = isAhead ? held : summary
  return {
    lastSeq,
    lastMessage,
    messages: [],
    messagesLoaded: false,
    hasBefore: lastSeq > 0,
    hasAfter: false,
    pending: held?.pending.filter((row) => row.seq === null) ?? [],
    unread: summary.unread,
    // What others said before that message is not in the count.
    recount: isAhead,
  }
}

/** Who is only invited sees nothing of what was said, also after having been a member. */
const isActive = ({ memberships }: ConversationSummary, me: string): boolean =>
  memberships.some((row) => row.userId === me && row.state === 'active')

/** A summary of the held position settles a count that waits for the server's. */
function mergeUnread(held: ConversationState, summary: ConversationSummary, me: string): ConversationState {
  const mine = summary.memberships.find((row) => row.userId === me)
  // What was read before one left and came in again may be known here alone, and counts no more.
  const isReadAlike = readUpTo({ memberships: mine ? { [me]: mine } : {} }, me) === readUpTo(held, me)
  const isSamePlace = summary.rev === held.rev && summary.lastSeq === held.lastSeq && isReadAlike
  return isSamePlace && held.recount ? { ...held, unread: summary.unread, recount: false } : held
}
