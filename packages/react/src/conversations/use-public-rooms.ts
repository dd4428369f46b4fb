import type { Chat } from '@parley/client'
import { useCallback } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { type PagedLookup, usePagedLookup } from '../hooks/use-lookup.ts'

export type PublicRoom = Awaited<ReturnType<Chat['conversations']['discover']>>[number]

/**
 * Finds public rooms whose name contains `query`, regardless of case; also rooms that the user is in (`joined`). All
 * of them for '', with which it begins; `setQuery` changes it. `found` has the first page and each that `more`
 * appended, null before the first answer and after an error; `error` has the failure (see `usePagedLookup`).
 */
export function usePublicRooms(): PagedLookup<PublicRoom> {
  const chat = useChat()
  return usePagedLookup(
    useCallback(
      async (query, after, signal) => {
        const { rooms, next } = await chat.conversations.discoverPage({ query, after }, { signal })
        return { items: rooms, next }
      },
      [chat],
    ),
  )
}
