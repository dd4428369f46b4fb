import type { Chat } from '@parley/client'
import { useCallback } from 'react'
import { type Lookup, useLookup } from '../ui/use-lookup.ts'
import { useChat } from '../use-chat.ts'

export type PublicRoom = Awaited<ReturnType<Chat['conversations']['discover']>>[number]

/** Public rooms whose name contains what is typed. */
export function usePublicRooms(): Lookup<PublicRoom[]> {
  const chat = useChat()
  return useLookup(useCallback((query, signal) => chat.conversations.discover({ query }, { signal }), [chat]))
}
