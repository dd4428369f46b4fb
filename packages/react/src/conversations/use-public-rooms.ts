import type { Chat } from '@parley/client'
import { useCallback } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { type Lookup, useLookup } from '../hooks/use-lookup.ts'

export type PublicRoom = Awaited<ReturnType<Chat['conversations']['discover']>>[number]

/** Public rooms whose name contains what is typed. */
export function usePublicRooms(): Lookup<PublicRoom[]> {
  const chat = useChat()
  return useLookup(useCallback((query, signal) => chat.conversations.discover({ query }, { signal }), [chat]))
}
