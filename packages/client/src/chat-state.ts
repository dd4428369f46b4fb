import type { User } from '@parley/protocol'
import type { ChatError } from './chat-error.ts'
import type { FeatureFields, FeatureState } from './features.ts'

/**
 * `idle`: not asked to connect yet. `connecting`: on the way to the first sync. `online`: connected and in step with
 * the server. `offline`: the connection was lost; it comes back by itself. `closed`: it stays away, `problem` says why.
 */
export type ChatStatus = 'idle' | 'connecting' | 'online' | 'offline' | 'closed'

/** One conversation as this device holds it. */
export interface ConversationState extends FeatureFields {
  /** The position: every change up to this one is in here. */
  rev: number
}

/** Everything this client knows, by id. Objects that did not change keep their identity. */
export interface ChatState extends FeatureState {
  status: ChatStatus
  /** Why the status is `offline` or `closed`. */
  problem: ChatError | null
  me: User | null
  conversations: Record<string, ConversationState>
  /** The server's epoch and the account's position; null before the first sync. */
  epoch: string | null
  rev: number | null
  /** False once the storage of unsent messages failed: what is written now may not survive a reload. */
  keepsUnsent: boolean
  /** Conversations that were left, with the rev of the leaving, so that no late answer brings them back. */
  departed: Record<string, number>
}
