import type { ChatState, ConversationState } from '@parley/client'
import { groupConversations } from '@parley/client/conversation-lists'
import { useMemo, useState } from 'react'
import { isHidden } from '../../hidings/is-hidden.ts'
import { useChatState } from '../../hooks/use-chat.ts'
import type { Texts } from '../../texts/english/english.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { conversationTitle } from '../use-conversations.ts'
import { ownMembership } from './chat-lists.ts'

/** The sections of the list, in their order: what waits, then people, then rooms. */
const sections = ['unread', 'direct', 'rooms'] as const
type Section = (typeof sections)[number]

/** As it is compared: without accents, and in capitals, which are the same for ß and ss, for σ and ς. */
const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase()

/** The same, done once for each text: a filter is asked for thousands of names at every letter. */
function rememberedPlain(): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const found = known.get(text) ?? plain(text)
    known.set(text, found)
    return found
  }
}

/** The open conversation is never in "unread": it would jump there and back with every message that comes. */
function sectionOf({ unread, conversation }: ConversationState, currentId: string | null): Section {
  if (unread > 0 && conversation.id !== currentId) return 'unread'
  return conversation.kind === 'direct' ? 'direct' : 'rooms'
}

/**
 * What sorts conversations into the sections: those that are not hidden, or, if `wanted` is not empty, all whose name
 * has it in it.
 */
function createSections(wanted: string, plainOf: (text: string) => string, texts: Texts['conversations']) {
  let current: string | null = null
  const isShown = (held: ConversationState, state: ChatState) =>
    ownMembership(held, state.me?.id)?.state === 'active' &&
    (wanted === '' ? !isHidden(held, state) : plainOf(conversationTitle(held, state, texts)).includes(wanted))
  const group = groupConversations<Section>({
    groups: sections,
    groupOf: (held, state) => (isShown(held, state) ? sectionOf(held, current) : null),
    // A conversation with a person is found by their name.
    basis: ({ me, users }) => [me?.id, wanted === '' ? null : users],
  })
  return (state: ChatState, currentId: string | null) => {
    const moved = [current, currentId].filter((id) => id !== null)
    current = currentId
    return group(state, moved)
  }
}

/**
 * One's conversations by section: a list of `{ section, ids }` for `unread`, `direct` and `rooms`, in this order,
 * without empty ones; in each the latest active first; without invitations and hidden ones. The open conversation
 * (`currentId`) is never in `unread`. With a filter: those whose name contains it (trimmed), also hidden ones,
 * regardless of case and accents; a blank filter is none. The same array until it changes.
 */
export function useSections(currentId: string | null, filter: string) {
  const texts = useTexts().conversations
  const wanted = plain(filter.trim())
  const [plainOf] = useState(rememberedPlain)
  const group = useMemo(() => createSections(wanted, plainOf, texts), [wanted, plainOf, texts])
  const groups = useChatState((state) => group(state, currentId))
  return useMemo(
    () => sections.map((section) => ({ section, ids: groups[section] })).filter(({ ids }) => ids.length > 0),
    [groups],
  )
}
