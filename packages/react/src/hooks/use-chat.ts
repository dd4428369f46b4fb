import type { Chat, ChatState } from '@parley/client'
import { useContext } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { ChatContext } from './chat-provider.ts'

/** Throws outside of a `ChatProvider`. */
export function useChatSurface() {
  const surface = useContext(ChatContext)
  if (!surface) throw new Error('Parley components and hooks need a <ChatProvider> around them.')
  return surface
}

/**
 * The chat of the `ChatProvider` around the component, to call its methods. Throws without a provider.
 *
 * @example const chat = useChat(); chat.messages.send(conversationId, 'Hello')
 */
export const useChat = (): Chat => useChatSurface().chat

/**
 * A part of the state of the chat; the component renders again when that part changes. `select` must return the same
 * value while nothing changed, so do not make an array or object in it (see `useChatSelection`).
 *
 * @example const unread = useChatState((state) => state.conversations[id]?.unread ?? 0)
 */
export function useChatState<T>(select: (state: ChatState) => T): T {
  return useStore(useChat().store, select)
}

/** Like `useChatState`, but compares the elements, so `select` can make a new array or object each time. */
export function useChatSelection<T>(select: (state: ChatState) => T): T {
  return useStore(useChat().store, useShallow(select))
}
