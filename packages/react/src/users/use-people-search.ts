import type { User } from '@parley/protocol'
import { useCallback } from 'react'
import { type Lookup, useLookup } from '../ui/use-lookup.ts'
import { useChat } from '../use-chat.ts'

/** People whose name contains what is typed. */
export function usePeopleSearch(): Lookup<User[]> {
  const chat = useChat()
  return useLookup(useCallback((query, signal) => chat.users.search(query, { signal }), [chat]))
}
