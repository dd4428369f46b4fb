import type { Chat } from '@parley/client'
import { useCallback } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { type PagedLookup, usePagedLookup } from '../hooks/use-lookup.ts'

export type PublicRoom = Awaited<ReturnType<Chat['conversations']['discover']>>[number]

/**
 * Finds public rooms whose name contains the query, in pages (see `usePagedLookup`); all of them for the empty query at
 * first.
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
