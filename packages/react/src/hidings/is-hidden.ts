import type { ChatState, ConversationState } from '@parley/client'
import type { Hiding } from '@parley/protocol'

/**
 * Does this hiding hold, and is there no later message in the conversation? False for undefined. The hiding must be
 * that of the conversation.
 */
export const isHiddenBy = (hiding: Hiding | undefined, { lastSeq }: ConversationState): boolean =>
  hiding?.removed === false && lastSeq <= hiding.upToSeq

/** Did the user hide the conversation, and is there no later message in it? */
export const isHidden = (held: ConversationState, { hidings }: Pick<ChatState, 'hidings'>): boolean =>
  isHiddenBy(hidings[held.conversation.id], held)
