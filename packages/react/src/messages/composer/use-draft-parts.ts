import { useCallback } from 'react'
import { useStore } from 'zustand'
import { useChatSurface } from '../../hooks/use-chat.ts'
import { changeDraftParts, type DraftParts } from './draft-parts.ts'

const none: DraftParts = {}

/**
 * The parts of a conversation's unsent message other than its text (an empty object if it has none), and a stable
 * `change`, which merges into them (see `changeDraftParts`). Renders again when they change.
 */
export function useDraftParts(conversationId: string) {
  const { draftParts } = useChatSurface()
  const parts = useStore(draftParts, (drafts) => drafts[conversationId] ?? none)
  const change = useCallback(
    (to: DraftParts) => changeDraftParts(draftParts, conversationId, to),
    [draftParts, conversationId],
  )
  return { parts, change }
}
