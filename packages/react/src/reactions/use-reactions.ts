import type { MessageReaction } from '@parley/client'
import { inEmojiStyle } from '@parley/protocol/features/emoji'
import { useCallback } from 'react'
import { useChat, useConversationState } from '../hooks/use-chat.ts'

const none: readonly MessageReaction[] = []

/**
 * The reactions to a message, in the order of the first use of each emoji; an empty array if there are none, or the
 * message is not loaded. `toggle` adds the own reaction with an emoji or, if `reactions` has the own one with it,
 * removes it; a heart with and one without the variation selector (U+FE0F) are the same emoji. It shows the change at
 * once and sends it once; if the server refuses or does not answer, it shows the old state again and rejects with a
 * ChatError. An input that is no emoji rejects, too, with `invalid_input`.
 *
 * @example
 * const { reactions, toggle } = useReactions(message.conversationId, message.id)
 * <button onClick={() => toggle('👍').catch(show)}>👍 {reactions.find(({ emoji }) => emoji === '👍')?.count}</button>
 */
export function useReactions(conversationId: string, messageId: string) {
  const chat = useChat()
  const reactions = useConversationState(conversationId, (held) => held?.reactions[messageId]?.shown ?? none)
  const toggle = useCallback(
    (emoji: string): Promise<void> => {
      const { shown = none } = chat.store.getState().conversations[conversationId]?.reactions[messageId] ?? {}
      const known = inEmojiStyle(emoji)
      const isOwn = shown.some((reaction) => reaction.emoji === known && reaction.own)
      return chat.reactions[isOwn ? 'remove' : 'add'](conversationId, messageId, emoji)
    },
    [chat, conversationId, messageId],
  )
  return { reactions, toggle }
}
