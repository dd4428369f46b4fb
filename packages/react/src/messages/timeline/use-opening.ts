import type { Chat, ChatState } from '@parley/client'
import { useCallback, useEffect, useState } from 'react'
import type { ScrollTarget } from '../../hooks/scroll-view.ts'
import { useChatState, useChatSurface, useConversationState } from '../../hooks/use-chat.ts'
import type { ScrollMemory } from './scroll-memory.ts'

/** Where a visit to a conversation begins. */
export interface Opening {
  target: ScrollTarget
  /** Above this one stands the divider; it keeps its place for the whole visit. */
  firstUnreadId: string | null
}

interface Entry {
  readSeq: number
  hasUnread: boolean
}

function entryOf(state: ChatState, conversationId: string): Entry {
  const held = state.conversations[conversationId]
  const mine = state.me ? held?.memberships[state.me.id] : undefined
  return { readSeq: Math.max(mine?.readSeq ?? 0, mine?.joinedSeq ?? 0), hasUnread: (held?.unread ?? 0) > 0 }
}

/** The opening, if what is held already shows it; else null. */
function openingOf(chat: Chat, scrollMemory: ScrollMemory, conversationId: string, entry: Entry): Opening | null {
  const state = chat.store.getState()
  const held = state.conversations[conversationId]
  if (!held?.messagesLoaded) return null
  if (entry.hasUnread) {
    const holds = held.messages.some(({ seq }) => seq === entry.readSeq + 1)
    const first = held.messages.find(
      ({ seq, senderId, deletedAt }) => seq > entry.readSeq && senderId !== state.me?.id && deletedAt === null,
    )
    if (holds && first) return { target: { key: first.id }, firstUnreadId: first.id }
    return null
  }
  const anchor = scrollMemory.recall(conversationId)
  if (anchor && held.messages.some(({ id }) => id === anchor.key)) return { target: anchor, firstUnreadId: null }
  return held.hasAfter ? null : { target: 'end', firstUnreadId: null }
}

/**
 * Loads what a visit begins with: the first unread message, where the person scrolled to before, or the end. A visit lasts as long
 * as the component; `opening` is null until it can be shown.
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
      // A sync may have dropped the window since: then the visit goes on at the end.
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
