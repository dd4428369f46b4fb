import type { User } from '@parley/protocol'
import { useCallback } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { type Lookup, useLookup } from '../hooks/use-lookup.ts'

/** People whose name contains what is typed. */
export function usePeopleSearch(): Lookup<User[]> {
  const chat = useChat()
  return useLookup(useCallback((query, signal) => chat.users.search(query, { signal }), [chat]))
}
