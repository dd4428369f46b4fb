import type { ChatState, ConversationState } from '@parley/client'
import type { Hiding } from '@parley/protocol'

/** Does this hiding still hold: was nothing said since? */
export const isHiddenBy = (hiding: Hiding | undefined, { lastSeq }: ConversationState): boolean =>
  hiding?.removed === false && lastSeq <= hiding.upToSeq

/** Is the conversation hidden: was nothing said in it since the person hid it? */
export const isHidden = (held: ConversationState, { hidings }: Pick<ChatState, 'hidings'>): boolean =>
  isHiddenBy(hidings[held.conversation.id], held)
