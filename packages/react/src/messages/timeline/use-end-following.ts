import type { ConversationState } from '@parley/client'
import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { useChat } from '../../hooks/use-chat.ts'

interface EndFollowingOptions {
  /** Must render the rows at the end of the list. Pass a stable function. */
  renderEnd: () => void
  /** The person sent a message. */
  onOwnMessage: () => void
}

/**
 * Requests a scroll to the end when another message becomes the last one of the outbox, after a call of `onOwnMessage`:
 * when the person sends one, and when the last of several is withdrawn. `showEnd` first loads the latest messages,
 * never rejects, and requests it even if the load fails. A request calls `renderEnd` and increases `endRequests`; it
 * does not scroll by itself: pass `endRequests` to an `AnchoredScroller` as `followedKey`.
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
  const showEnd = useCallback(async () => {
    await chat.messages.loadLatest(id).catch(() => undefined)
    requestEnd()
  }, [chat, id, requestEnd])

  const ownKey = conversationState.pending.at(-1)?.id
  const seenOwnKey = useRef(ownKey)
  useLayoutEffect(() => {
    if (ownKey === seenOwnKey.current) return
    const isNew = ownKey !== undefined
    seenOwnKey.current = ownKey
    if (!isNew) return
    onOwnMessage()
    if (conversationState.hasAfter) void showEnd()
    requestEnd()
  })
  return { endRequests, showEnd }
}
