import type { ConversationChange, ConversationSummary } from '@parley/protocol'
import type { ChatState, ConversationState } from '../chat-state.ts'
import type { Emitter } from '../emitter.ts'

/** Signals between the cache and the features. Each is emitted after the state has the change, except `sent`. */
export interface CacheSignals {
  /** A change of a conversation was applied, from a live event or from a sync. */
  changed: ConversationChange
  /** A conversation was added from a summary, or moved to the position of one. */
  entered: { conversationId: string }
  /** A summary shows that this device missed changes of the conversation. */
  behind: { conversationId: string }
  /** The loaded rows of this conversation were dropped, because it had too many changes. `before`: its old state. */
  dropped: { conversationId: string; before: ConversationState }
  /** The user sends a message; the state does not show it yet. */
  sent: { conversationId: string }
  /** This person signs out on this device, which deletes their data from it. */
  forgotten: { userId: string }
}

/**
 * Runs `work`, and again as long as a summary moved the conversation meanwhile, because changes were skipped then.
 * `hasMoved` says whether that happened already. Rejects as `work` does.
 */
export async function untilUnmoved(
  signals: Emitter<CacheSignals>,
  conversationId: string,
  work: (hasMoved: () => boolean) => Promise<void>,
): Promise<void> {
  let moved = true
  const stop = signals.on('entered', (entered) => {
    moved ||= entered.conversationId === conversationId
  })
  try {
    while (moved) {
      moved = false
      await work(() => moved)
    }
  } finally {
    stop()
  }
}

/**
 * Emits `entered` for each of these summaries whose conversation is held in `after`, and in `before` was not held or
 * had another rev. The store must hold `after` already, because listeners read it.
 */
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
