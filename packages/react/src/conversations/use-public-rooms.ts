import type { Chat } from '@parley/client'
import { useCallback } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { type PagedLookup, usePagedLookup } from '../hooks/use-lookup.ts'

export type PublicRoom = Awaited<ReturnType<Chat['conversations']['discover']>>[number]

/**
 * Finds public rooms whose name contains the query, regardless of case, in pages (see `usePagedLookup`); also rooms
 * that the user is in (`joined`). All of them for the empty query, with which it begins.
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
