import type { Body, Conversation, Membership, Message, MessageType, Presence, User } from '@parley/protocol'
import type { ChatError } from './chat-error.ts'

/**
 * `idle`: not asked to connect yet. `connecting`: on the way to the first sync. `online`: connected and in step with
 * the server. `offline`: the connection was lost; it comes back by itself. `closed`: it stays away, `problem` says why.
 */
export type ChatStatus = 'idle' | 'connecting' | 'online' | 'offline' | 'closed'

/** What a person can send; `system` messages are the server's. */
export type SendableType = Exclude<MessageType, 'system'>

/** `queued`: waits for its turn or for the connection. `sending`: on its way. `failed`: it was refused. */
export type PendingStatus = 'queued' | 'sending' | 'failed'

/** A message that is not acknowledged yet. Its id is final: the stored message has the same one. */
export interface PendingMessage {
  id: string
  conversationId: string
  senderId: string
  type: SendableType
  body: Body
  createdAt: number
  status: PendingStatus
  /** Why it failed. */
  error: ChatError | null
  /** Its place, once it is acknowledged but messages before it are still on their way; null before. */
  seq: number | null
}

/** One conversation as this device holds it. */
export interface ConversationState {
  conversation: Conversation
  /** The position: every change up to this one is in here. */
  rev: number
  lastSeq: number
  /** The newest message, for lists; also when the window is elsewhere or was never loaded. */
  lastMessage: Message | null
  /** By user id, with those who left; complete (and kept so) once `membershipsLoaded` is true. */
  memberships: Record<string, Membership>
  membershipsLoaded: boolean
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

/** Everything this client knows, by id. Objects that did not change keep their identity. */
export interface ChatState {
  status: ChatStatus
  /** Why the status is `offline` or `closed`. */
  problem: ChatError | null
  me: User | null
  users: Record<string, User>
  conversations: Record<string, ConversationState>
  presences: Record<string, Presence>
  /** Who types where, without oneself. */
  typing: Record<string, string[]>
  /** The server's epoch and the account's position; null before the first sync. */
  epoch: string | null
  rev: number | null
  /** Conversations that were left, with the rev of the leaving, so that no late answer brings them back. */
  departed: Record<string, number>
}
