import type { Chat, ChatState } from '@parley/client'
import { useContext } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { ChatContext } from './chat-provider.ts'

export function useChatSurface() {
  const surface = useContext(ChatContext)
  if (!surface) throw new Error('Parley components and hooks need a <ChatProvider> around them.')
  return surface
}

/**
 * The chat itself, to do something with.
 *
 * @example const chat = useChat(); chat.messages.send(conversationId, 'Hello')
 */
export const useChat = (): Chat => useChatSurface().chat

/**
 * A part of what the chat knows; renders again when that part changes. Select something small whose identity lasts.
 *
 * @example const unread = useChatState((state) => state.conversations[id]?.unread ?? 0)
 */
export function useChatState<T>(select: (state: ChatState) => T): T {
  return useStore(useChat().store, select)
}

/** As `useChatState`, for a selection that makes a new array or object each time: compared by its elements. */
export function useChatSelection<T>(select: (state: ChatState) => T): T {
  return useStore(useChat().store, useShallow(select))
}
