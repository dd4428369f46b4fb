import type { Chat } from '@parley/client'
import { createContext, type ReactNode, useMemo } from 'react'
import { createDrafts, type DraftStorage, type Drafts } from '../messages/composer/drafts.ts'
import { createPlaces, type Places } from '../messages/timeline/scroll-memory.ts'

interface ChatSurface {
  chat: Chat
  /** What was typed and not sent, by conversation. */
  drafts: Drafts
  /** Where one stood in each conversation. */
  places: Places
}

export const ChatContext = createContext<ChatSurface | null>(null)

interface ChatProviderProps {
  chat: Chat
  /** Keeps drafts over a reload; without it they last as long as the page. `localStorage` fits. */
  draftStorage?: DraftStorage
  children: ReactNode
}

/**
 * Gives the hooks and components below it their chat. It neither connects nor closes it: whoever made it does.
 *
 * @example
 * <ChatProvider chat={chat}><ChatPage /></ChatProvider>
 */
export function ChatProvider({ chat, draftStorage, children }: ChatProviderProps) {
  const surface = useMemo(
    () => ({ chat, drafts: createDrafts(draftStorage), places: createPlaces() }),
    [chat, draftStorage],
  )
  return <ChatContext value={surface}>{children}</ChatContext>
}
