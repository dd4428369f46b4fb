import type { Chat, ChatState, ConversationState, RecordName } from '@parley/client'
import { useCallback, useContext, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { ChatContext } from './chat-provider.ts'

/**
 * The chat of the `ChatProvider` around the component, with the drafts, edits and other state of its interface. Throws
 * an `Error` without a provider.
 */
export function useChatSurface() {
  const surface = useContext(ChatContext)
  if (!surface) throw new Error('Parley components and hooks need a <ChatProvider> around them.')
  return surface
}

/**
 * The chat of the `ChatProvider` around the component, to call its methods. A change of the state does not render the
 * component again: read the state with `useChatState`. Throws an `Error` without a provider.
 *
 * @example const chat = useChat(); chat.messages.send(conversationId, 'Hello')
 */
export const useChat = (): Chat => useChatSurface().chat

/**
 * A part of what the chat knows; renders again when that part is not the same value (`Object.is`). `select` runs at
 * each render and at every change of anything, and must return the same object for the same state: a new array or
 * object each time makes React throw (use `useChatSelection`). For one conversation or user, `useConversationState` and
 * `useChatEntry` run less.
 *
 * @example const isOnline = useChatState((state) => state.status === 'online')
 */
export function useChatState<T>(select: (state: ChatState) => T): T {
  return useStore(useChat().store, select)
}

/**
 * Like `useChatState`, but compares the elements or fields of the selection (one level), so `select` can make a new
 * array or object each time. Returns the earlier one while these are the same.
 */
export function useChatSelection<T>(select: (state: ChatState) => T): T {
  return useStore(useChat().store, useShallow(select))
}

type Entry<F extends RecordName> = ChatState[F][string] | undefined

function useSelectedEntry<F extends RecordName, T>(record: F, id: string, select: (entry: Entry<F>) => T): T {
  const { store } = useChat()
  const subscribe = useCallback((changed: () => void) => store.subscribeTo(record, id, changed), [store, record, id])
  const selectFrom = (state: ChatState) => select(state[record][id] as Entry<F>)
  return useSyncExternalStore(
    subscribe,
    () => selectFrom(store.getState()),
    () => selectFrom(store.getInitialState()),
  )
}

const whole = <T>(entry: T): T => entry

/**
 * One entry of a record of the state, such as `users` or `conversations`, by its id; undefined if it is not known, or
 * without an id. Loads nothing. Renders again only when that entry changes.
 *
 * @example const user = useChatEntry('users', userId)
 */
export function useChatEntry<F extends RecordName>(record: F, id: string | undefined): Entry<F> {
  return useSelectedEntry(record, id ?? '', whole)
}

/**
 * A part of one conversation; renders again when that part is not the same value. `select` gets undefined if the
 * conversation is not known. It runs at each render and at the changes of that conversation, not of others, and must
 * return the same object for the same state: for a new array or object use `useConversationSelection`.
 *
 * @example const unread = useConversationState(id, (held) => held?.unread ?? 0)
 */
export function useConversationState<T>(conversationId: string, select: (held: ConversationState | undefined) => T): T {
  return useSelectedEntry('conversations', conversationId, select)
}

/**
 * Like `useConversationState`, but compares the elements or fields of the selection (one level), so `select` can make a
 * new array or object each time. Returns the earlier one while these are the same.
 */
export function useConversationSelection<T>(
  conversationId: string,
  select: (held: ConversationState | undefined) => T,
): T {
  return useSelectedEntry('conversations', conversationId, useShallow(select))
}
