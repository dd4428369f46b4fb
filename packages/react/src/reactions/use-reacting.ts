import { ChatError } from '@parley/client'
import type { Message } from '@parley/protocol'
import type { MessageCommands } from '../messages/message-extension.ts'
import { useTexts } from '../texts/use-texts.ts'
import { useReactions } from './use-reactions.ts'

/**
 * Like `useReactions`, but with `react` instead of `toggle`: it returns nothing, clears the reported problem, and
 * reports a failure through `commands.report` instead of rejecting: the error or, for `limit_reached`, a sentence as a
 * string.
 */
export function useReacting(message: Message, { report }: MessageCommands) {
  const { reactions, toggle } = useReactions(message.conversationId, message.id)
  const texts = useTexts().reactions
  const react = (emoji: string) => {
    const isFull = (error: unknown) => error instanceof ChatError && error.code === 'limit_reached'
    report(null)
    toggle(emoji).catch((error) => report(isFull(error) ? texts.full : error))
  }
  return { reactions, react }
}
