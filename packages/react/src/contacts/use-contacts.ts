import type { Contact, User } from '@parley/protocol'
import { useEffect } from 'react'
import { useChat, useChatSelection, useChatState } from '../hooks/use-chat.ts'

type OpenState = Exclude<Contact['state'], 'ended'>

/** How one stands to somebody; `ended` if nothing is between them. */
export const useContactState = (userId: string | undefined): Contact['state'] =>
  useChatState((state) => (userId === undefined ? undefined : state.contacts[userId]?.state) ?? 'ended')

/** The people with whom one stands in this way, by their names. */
export const useContacts = (wanted: OpenState): User[] =>
  useChatSelection(({ contacts, users }) =>
    Object.values(contacts)
      .filter(({ state }) => state === wanted)
      .flatMap(({ userId }) => users[userId] ?? [])
      .sort((one, other) => one.displayName.localeCompare(other.displayName) || (one.id < other.id ? -1 : 1)),
  )

/** How many requests wait for one's answer. */
export const useReceivedCount = (): number =>
  useChatState(({ contacts }) => Object.values(contacts).filter(({ state }) => state === 'received').length)

/** Reads how one's contacts are called by now: a new name is told only where two people share a conversation. */
export function useFreshNames(): void {
  const chat = useChat()
  useEffect(() => {
    const abort = new AbortController()
    chat.contacts.list({ limit: 100, signal: abort.signal }).catch(() => undefined)
    return () => abort.abort()
  }, [chat])
}
