import type { Chat, ChatState } from '@parley/client'
import { useCallback, useEffect, useState } from 'react'
import type { ScrollTarget } from '../../hooks/scroll-view.ts'
import { useChatState, useChatSurface, useConversationState } from '../../hooks/use-chat.ts'
import type { ScrollMemory } from './scroll-memory.ts'

/** Where a list of messages opens. */
export interface Opening {
  target: ScrollTarget
  /** The message below the unread divider, which stays there until `clearUnread`. */
  firstUnreadId: string | null
}

interface Entry {
  readSeq: number
  hasUnread: boolean
}

function entryOf(state: ChatState, conversationId: string): Entry {
  const conversationState = state.conversations[conversationId]
  const mine = state.me ? conversationState?.memberships[state.me.id] : undefined
  return {
    readSeq: Math.max(mine?.readSeq ?? 0, mine?.joinedSeq ?? 0),
    hasUnread: (conversationState?.unread ?? 0) > 0,
  }
}

/** The opening, or null if the messages that it shows are not loaded yet. */
function openingOf(chat: Chat, scrollMemory: ScrollMemory, conversationId: string, entry: Entry): Opening | null {
  const state = chat.store.getState()
  const conversationState = state.conversations[conversationId]
  if (!conversationState?.messagesLoaded) return null
  if (entry.hasUnread) {
    const holds = conversationState.messages.some(({ seq }) => seq === entry.readSeq + 1)
    const first = conversationState.messages.find(
      ({ seq, senderId, deletedAt }) => seq > entry.readSeq && senderId !== state.me?.id && deletedAt === null,
    )
    if (holds && first) return { target: { key: first.id }, firstUnreadId: first.id }
    return null
  }
  const anchor = scrollMemory.recall(conversationId)
  if (anchor && conversationState.messages.some(({ id }) => id === anchor.key))
    return { target: anchor, firstUnreadId: null }
  return conversationState.hasAfter ? null : { target: 'end', firstUnreadId: null }
}

/**
 * Finds where a conversation opens, and loads the messages there while connected: the first unread one, else the last
 * scroll position if its message is loaded, else the end. Decides once per mounted component, not for another id;
 * `opening` is null while its messages are not loaded, also if a sync drops them later. After a failure, `error` stays
 * until `retry` is called or the connection was lost and is back. `retry` never rejects. `clearUnread` removes the
 * unread divider.
 */
export function useOpening(conversationId: string) {
  const { chat, scrollMemory } = useChatSurface()
  const [entry] = useState(() => entryOf(chat.store.getState(), conversationId))
  const [opening, setOpening] = useState(() => openingOf(chat, scrollMemory, conversationId, entry))
  const [error, setError] = useState<unknown>(null)
  const isLoaded = useConversationState(conversationId, (held) => held?.messagesLoaded ?? false)
  const isOnline = useChatState((state) => state.status === 'online')

  const load = useCallback(async () => {
    setError(null)
    try {
      // If a sync dropped the loaded messages since, the list continues at the end.
      if (opening || !entry.hasUnread) await chat.messages.loadLatest(conversationId)
      else await chat.messages.loadAround(conversationId, entry.readSeq + 1)
      setOpening(
        (known) =>
          known ??
          openingOf(chat, scrollMemory, conversationId, entry) ??
          ({ target: 'end', firstUnreadId: null } satisfies Opening),
      )
    } catch (problem) {
      setError(problem)
    }
  }, [chat, scrollMemory, conversationId, entry, opening])

  const isReady = opening !== null && isLoaded
  useEffect(() => {
    if (!isReady && isOnline) void load()
  }, [isReady, isOnline, load])
  const clearUnread = useCallback(() => setOpening((known) => known && { ...known, firstUnreadId: null }), [])
  return { opening: isLoaded ? opening : null, error, retry: load, clearUnread }
}
