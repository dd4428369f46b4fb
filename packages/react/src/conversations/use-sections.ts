import type { ConversationState } from '@parley/client'
import { useMemo } from 'react'
import { useChatSelection } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { conversationTitle, useConversationIds } from './use-conversations.ts'

/** The sections of the list, in order. */
const sections = ['unread', 'direct', 'rooms'] as const
type Section = (typeof sections)[number]

/**
 * The form in which names are compared: without accents, and in upper case, which is the same for ß and ss, σ and ς.
 */
const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase()

/** The open conversation is never in "unread", because it would move there and back with every new message. */
function sectionOf(held: ConversationState | undefined, currentId: string | null): Section {
  if (held && held.unread > 0 && held.conversation.id !== currentId) return 'unread'
  return held?.conversation.kind === 'direct' ? 'direct' : 'rooms'
}

/** The user's conversations whose name contains the filter, in sections, in each the most recently active first. */
export function useSections(currentId: string | null, filter: string): { section: Section; ids: string[] }[] {
  const texts = useTexts().conversations
  const wanted = plain(filter.trim())
  const ids = useConversationIds()
  const found = useChatSelection((state) =>
    ids.filter((id) => {
      const held = state.conversations[id]
      return held && (wanted === '' || plain(conversationTitle(held, state, texts)).includes(wanted))
    }),
  )
  const places = useChatSelection((state) => found.map((id) => sectionOf(state.conversations[id], currentId)))
  return useMemo(
    () =>
      sections
        .map((section) => ({ section, ids: found.filter((_, at) => places[at] === section) }))
        .filter((shown) => shown.ids.length > 0),
    [found, places],
  )
}
