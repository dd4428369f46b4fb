import type { ConversationChange, ConversationSummary } from '@parley/protocol'
import type { ChatState, ConversationState } from '../chat-state.ts'
import type { Emitter } from '../emitter.ts'

/** What the features hear of changes, after the state holds them, and of each other. */
export interface CacheSignals {
  /** A change of a conversation was applied, from a live event or from a sync. */
  changed: ConversationChange
  /** A conversation was taken in from a summary. */
  entered: { conversationId: string }
  /** A summary shows that changes of a held conversation were missed. */
  behind: { conversationId: string }
  /** What was loaded of this conversation was dropped, because too much had changed. */
  dropped: { conversationId: string; before: ConversationState }
  /** The user sends a message; the state does not show it yet. */
  sent: { conversationId: string }
  /** The person signs out on this device, which deletes what it keeps of them. */
  forgotten: object
}

/** Tells of the conversations that these summaries brought, or moved on to another position. */
export function tellEntered(
  signals: Emitter<CacheSignals>,
  before: ChatState,
  after: ChatState,
  summaries: readonly ConversationSummary[],
): void {
  for (const { conversation } of summaries) {
    const held = after.conversations[conversation.id]
    if (held && held.rev !== before.conversations[conversation.id]?.rev) {
      signals.emit('entered', { conversationId: conversation.id })
    }
  }
}
