import type { ConversationState } from '@parley/client'
import { useCallback, useLayoutEffect, useState } from 'react'
import { useChat } from '../../hooks/use-chat.ts'

interface EndFollowingOptions {
  /** Must render the rows at the end of the list. Pass a stable function. */
  renderEnd: () => void
  /** The person sent a message. */
  onOwnMessage: () => void
}

/**
 * Requests a scroll to the end when the outbox gets another last message, because the person sends one, after a call of
 * `onOwnMessage`; not when an earlier one becomes the last, because the one behind it was stored or withdrawn. If the
 * loaded window does not reach the end, it also calls `showEnd`, which loads the latest messages, never rejects, and
 * then requests the scroll, even if the load fails; then `endProblem` says why, until the next `showEnd` or
 * `dismissEndProblem`. A request calls `renderEnd` and increases `endRequests`; it does not scroll by itself: pass
 * `endRequests` to an `AnchoredScroller` as `followedKey`.
 */
export function useEndFollowing(
  conversationState: ConversationState,
  { renderEnd, onOwnMessage }: EndFollowingOptions,
) {
  const chat = useChat()
  const { id } = conversationState.conversation

  const [endRequests, setEndRequests] = useState(0)
  const requestEnd = useCallback(() => {
    renderEnd()
    setEndRequests((count) => count + 1)
  }, [renderEnd])
  const [endProblem, setEndProblem] = useState<unknown>(null)
  const showEnd = useCallback(async () => {
    setEndProblem(null)
    await chat.messages.loadLatest(id).catch(setEndProblem)
    requestEnd()
  }, [chat, id, requestEnd])
  const dismissEndProblem = useCallback(() => setEndProblem(null), [])

  const { pending } = conversationState
  // Of all that were in the outbox: a reset of the conversation takes them out and puts them back.
  const [seen] = useState(() => new Set(pending.map((message) => message.id)))
  useLayoutEffect(() => {
    const last = pending.at(-1)?.id
    const isSent = last !== undefined && !seen.has(last)
    for (const message of pending) seen.add(message.id)
    if (!isSent) return
    onOwnMessage()
    if (conversationState.hasAfter) void showEnd()
    requestEnd()
  })
  return { endRequests, showEnd, endProblem, dismissEndProblem }
}
