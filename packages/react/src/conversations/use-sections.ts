import type { ConversationState } from '@parley/client'
import { useMemo } from 'react'
import { useChatSelection } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { conversationTitle, useConversationIds } from './use-conversations.ts'

/** The sections of the list, in their order: what waits, then people, then rooms. */
const sections = ['unread', 'direct', 'rooms'] as const
type Section = (typeof sections)[number]

/** As it is compared: without accents, and in capitals, which are the same for ß and ss, for σ and ς. */
const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase()

/** The open conversation is never in "unread": it would jump there and back with every message that comes. */
function sectionOf(held: ConversationState | undefined, currentId: string | null): Section {
  if (held && held.unread > 0 && held.conversation.id !== currentId) return 'unread'
  return held?.conversation.kind === 'direct' ? 'direct' : 'rooms'
}

/** One's conversations whose name has the filter in it, by section, in each the latest active first. */
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
