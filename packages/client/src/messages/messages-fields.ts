import type { ConversationSummary, Message } from '@parley/protocol'
import type { ConversationState } from '../chat-state.ts'
import type { ConversationPart } from '../client-feature.ts'
import type { PendingMessage } from './pending-message.ts'
import { readUpTo } from './unread.ts'

/** The fields of a conversation's state that concern its messages. */
export interface MessagesFields {
  lastSeq: number
  /** The newest message, for lists; also known if the window is elsewhere or was never loaded. */
  lastMessage: Message | null
  /** A window without gaps, ascending by seq. Deleted messages keep their place. */
  messages: Message[]
  /** False until the first page is loaded; after that, an empty window means an empty conversation. */
  messagesLoaded: boolean
  hasBefore: boolean
  hasAfter: boolean
  /**
   * New messages that wait to follow the window: a deleted one before them comes with a later change. Undefined if none
   * wait. Not for apps.
   */
  ahead?: Message[]
  /** The messages that this device is sending, in order; shown after the window. */
  pending: PendingMessage[]
  /** The number of messages after the own read position, without own and deleted ones; 100 means "99+". */
  unread: number
  /** True while `unread` waits for the server's count, because the change was outside the window. */
  recount: boolean
}

/**
 * How summaries set the fields of messages. A new conversation has an empty window, keeps the messages that are being
 * sent, and has the last message and the count of the summary; of the two last messages known, the newer one counts. A
 * summary of a held conversation changes only a count that waits for the server's.
 */
export const messagesPart: ConversationPart<MessagesFields> = {
  begin: beginMessages,
  merge: mergeUnread,
  isLoaded: (held) => held.messagesLoaded,
}

function beginMessages(summary: ConversationSummary, me: string, held: ConversationState | undefined): MessagesFields {
  // An acknowledgement may have added a message that is newer than the summary.
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
    // The count of the summary misses messages of others before that message.
    recount: isAhead,
  }
}

/** Is the user a member? An invited user has no access to messages, even if they were a member before. */
const isActive = ({ memberships }: ConversationSummary, me: string): boolean =>
  memberships.some((row) => row.userId === me && row.state === 'active')

/** Uses the count of a summary at the same position, if the own count waits for the server's. */
function mergeUnread(held: ConversationState, summary: ConversationSummary, me: string): ConversationState {
  const mine = summary.memberships.find((row) => row.userId === me)
  // After the user left and joined again, this device may have an old read position that does not count any more.
  const isReadAlike = readUpTo({ memberships: mine ? { [me]: mine } : {} }, me) === readUpTo(held, me)
  const isSamePlace = summary.rev === held.rev && summary.lastSeq === held.lastSeq && isReadAlike
  return isSamePlace && held.recount ? { ...held, unread: summary.unread, recount: false } : held
}
