import type { User } from '@parley/protocol'
import { useCallback } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { type PagedLookup, usePagedLookup } from '../hooks/use-lookup.ts'

/**
 * Finds people whose display name or user name contains the query, in pages; all people, also the user themself, while
 * the query is empty. Deactivated and suspended people, bots of webhooks, and people with a block in either direction
 * are never found. It asks when it is mounted and 200 ms after the last change of the query; `error` says why it could
 * not, and a later query or a new connection asks again (see `usePagedLookup`).
 */
export function usePeopleSearch(): PagedLookup<User> {
  const chat = useChat()
  return usePagedLookup(
    useCallback(
      async (query, after, signal) => {
        const { users, next } = await chat.users.searchPage(query, { after, signal })
        return { items: users, next }
      },
      [chat],
    ),
  )
}
