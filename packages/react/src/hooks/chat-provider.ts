import type { Chat } from '@parley/client'
import { createContext, createElement, type ReactNode, useMemo } from 'react'
import { type ChatLists, createChatLists } from '../conversations/list/chat-lists.ts'
import { createDraftParts, type DraftPartsStore } from '../messages/composer/draft-parts.ts'
import { createDrafts, type DraftStorage, type Drafts } from '../messages/composer/drafts.ts'
import { createEdits, type EditsStore } from '../messages/composer/edits.ts'
import { createScrollMemory, type ScrollMemory } from '../messages/timeline/scroll-memory.ts'
import type { TextOverrides } from '../texts/english/english.ts'
import { TextsProvider } from '../texts/texts-provider.ts'

export interface ChatSurface {
  chat: Chat
  /** What was typed and not sent, by conversation. */
  drafts: Drafts
  /** What goes beside that text, by conversation. */
  draftParts: DraftPartsStore
  edits: EditsStore
  scrollMemory: ScrollMemory
  lists: ChatLists
  roomLook: RoomLook
}

/** How the messages of rooms look; `auto`: as bubbles, and as rows from five members on. */
export type RoomLook = 'auto' | 'bubbles' | 'rows'

export const ChatContext = createContext<ChatSurface | null>(null)

export interface ChatProviderProps {
  chat: Chat
  /** Keeps drafts over a reload; without it they last as long as the page. `localStorage` fits. */
  draftStorage?: DraftStorage
  /** Other words than the English ones. One object that lasts: with each new one every component renders again. */
  texts?: TextOverrides
  /** How the messages of rooms look; without it that depends on the number of members. */
  roomLook?: RoomLook
  children: ReactNode
}

/**
 * Gives the hooks and components below it their chat. The application that made the chat connects and closes it.
 *
 * @example
 * <ChatProvider chat={chat}><ChatPage /></ChatProvider>
 */
export function ChatProvider({ chat, draftStorage, texts, roomLook = 'auto', children }: ChatProviderProps) {
  const memory = useMemo(
    () => ({
      chat,
      drafts: createDrafts(draftStorage),
      draftParts: createDraftParts(),
      edits: createEdits(),
      scrollMemory: createScrollMemory(),
      lists: createChatLists(),
    }),
    [chat, draftStorage],
  )
  const surface = useMemo(() => ({ ...memory, roomLook }), [memory, roomLook])
  // `Context.Provider`, because React 18 renders no context by itself.
  return createElement(TextsProvider, { texts }, createElement(ChatContext.Provider, { value: surface }, children))
}
