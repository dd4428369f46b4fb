import type { Chat } from '@parley/client'
import { createContext, createElement, type ReactNode, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { type ChatLists, createChatLists } from '../conversations/list/chat-lists.ts'
import { createDraftParts, type DraftPartsStore } from '../messages/composer/draft-parts.ts'
import { createDrafts, type DraftStorage, type Drafts } from '../messages/composer/drafts.ts'
import { createEdits, type EditsStore } from '../messages/composer/edits.ts'
import { createScrollMemory, type ScrollMemory } from '../messages/timeline/scroll-memory.ts'
import type { TextOverrides } from '../texts/english/english.ts'
import { TextsProvider } from '../texts/texts-provider.ts'

/** The chat of a `ChatProvider`, and the state of its interface that outlives single components. */
export interface ChatSurface {
  chat: Chat
  /** Texts that were typed but not sent, by user and conversation. */
  drafts: Drafts
  /** The other parts of unsent messages, such as attachments, by conversation. */
  draftParts: DraftPartsStore
  edits: EditsStore
  scrollMemory: ScrollMemory
  lists: ChatLists
  roomLook: RoomLook
}

/** How rooms show messages. `auto`: as bubbles, and from five members on as rows. */
export type RoomLook = 'auto' | 'bubbles' | 'rows'

/** The client and settings of the nearest `ChatProvider`; null outside of one. */
export const ChatContext = createContext<ChatSurface | null>(null)

export interface ChatProviderProps {
  chat: Chat
  /** Stores drafts over a reload, for example `localStorage`. Default: drafts last as long as the page. */
  draftStorage?: DraftStorage
  /** Texts that replace the English ones. Pass the same object each time: a new one renders every component again. */
  texts?: TextOverrides
  /** How rooms show messages. Default: `auto`. */
  roomLook?: RoomLook
  children: ReactNode
}

/**
 * Provides the chat to the hooks and components inside. It neither connects nor closes the chat: the application that
 * made it does both. Another `draftStorage` object discards what it keeps in memory: edits, scroll positions, typed
 * texts that are not in the storage, and the other parts of unsent messages, such as attached files and offers. Another
 * `chat` object, and another user who signs in on the same chat, do so, too, and mount everything inside anew: nothing
 * that the former user typed, chose or opened remains.
 *
 * @example
 * <ChatProvider chat={chat}><ChatPage /></ChatProvider>
 */
export function ChatProvider(props: ChatProviderProps) {
  return createElement(ChatOfOneUser, { key: useUserCount(props.chat), ...props })
}

function ChatOfOneUser({ chat, draftStorage, texts, roomLook = 'auto', children }: ChatProviderProps) {
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
  // `Context.Provider`, because React 18 cannot render a context directly.
  return createElement(TextsProvider, { texts }, createElement(ChatContext.Provider, { value: surface }, children))
}

/** Counts changes of the chat, and of its user from a known one to another: before the first sync, none is known. */
function useUserCount(chat: Chat): number {
  const userId = useStore(chat.store, ({ me }) => me?.id)
  const [latest, setLatest] = useState({ chat, userId, count: 0 })
  const isOther = chat !== latest.chat || (latest.userId !== undefined && userId !== latest.userId)
  if (isOther || userId !== latest.userId) setLatest({ chat, userId, count: latest.count + Number(isOther) })
  return latest.count
}
