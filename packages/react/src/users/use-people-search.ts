import type { User } from '@parley/protocol'
import { useCallback } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { type PagedLookup, usePagedLookup } from '../hooks/use-lookup.ts'

/**
 * Finds people whose name contains the query, in pages; all people while the query is empty. It loads when it is
 * mounted, and `error` says why it could not (see `usePagedLookup`).
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
