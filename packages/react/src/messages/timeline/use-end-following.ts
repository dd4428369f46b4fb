import type { ConversationState } from '@parley/client'
import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { useChat } from '../../hooks/use-chat.ts'

interface EndFollowingOptions {
  /** The rendered rows must reach to the end now. Keeps its identity. */
  renderEnd: () => void
  /** The person sent a message. */
  onOwnMessage: () => void
}

/** Leads to the end of a conversation, when the person asks for it and with each message that they send. */
export function useEndFollowing(held: ConversationState, { renderEnd, onOwnMessage }: EndFollowingOptions) {
  const chat = useChat()
  const { id } = held.conversation
  // Counts the requests to see the end; the scroller follows each new one.
  const [endRequests, setEndRequests] = useState(0)
  const requestEnd = useCallback(() => {
    renderEnd()
    setEndRequests((count) => count + 1)
  }, [renderEnd])
  const showEnd = useCallback(async () => {
    await chat.messages.loadLatest(id).catch(() => undefined)
    requestEnd()
  }, [chat, id, requestEnd])

  const ownKey = held.pending.at(-1)?.id
  const seenOwnKey = useRef(ownKey)
  useLayoutEffect(() => {
    if (ownKey === seenOwnKey.current) return
    const isNew = ownKey !== undefined
    seenOwnKey.current = ownKey
    if (!isNew) return
    onOwnMessage()
    if (held.hasAfter) void showEnd()
    requestEnd()
  })
  return { endRequests, showEnd }
}
