import type { Chat } from '@parley/client'
import type { Contact, User } from '@parley/protocol'
import { useEffect } from 'react'
import { useChat, useChatSelection, useChatState } from '../hooks/use-chat.ts'

type OpenState = Exclude<Contact['state'], 'ended'>

/**
 * The state of the contact with a user; `ended` if there is neither a contact nor a request, for undefined, and before
 * the first sync.
 */
export const useContactState = (userId: string | undefined): Contact['state'] =>
  useChatState((state) => (userId === undefined ? undefined : state.contacts[userId]?.state) ?? 'ended')

/**
 * The people whose contact is in this state, sorted by name; without those whose profile is not known. Loads nothing.
 */
export const useContacts = (wanted: OpenState): User[] =>
  useChatSelection(({ contacts, users }) =>
    Object.values(contacts)
      .filter(({ state }) => state === wanted)
      .flatMap(({ userId }) => users[userId] ?? [])
      .sort((one, other) => one.displayName.localeCompare(other.displayName) || (one.id < other.id ? -1 : 1)),
  )

/** The number of requests that wait for the user's answer, also those of people whose profile is not known. */
export const useReceivedCount = (): number =>
  useChatState(({ contacts }) => Object.values(contacts).filter(({ state }) => state === 'received').length)

/**
 * Loads the present names of all contacts into the state, once when it is mounted, and again after a lost connection
 * until it has them; unmounting stops that. Any other failure ends it without a report: the names that are known stay.
 * It is needed because the server sends changes of a name only to people who share a conversation.
 */
export function useFreshNames(): void {
  const chat = useChat()
  useEffect(() => {
    const abort = new AbortController()
    // Where it fails, the names that are known stay.
    loadAll(chat, abort.signal).catch(() => undefined)
    return () => abort.abort()
  }, [chat])
}

async function loadAll({ contacts }: Chat, signal: AbortSignal): Promise<void> {
  for (let after: string | undefined, hasMore = true; hasMore; ) {
    const page = await contacts.list({ after, limit: 100, signal })
    after = page.contacts.at(-1)?.userId
    hasMore = page.hasMore && after !== undefined
  }
}
