import type { Presence } from '@parley/protocol'
import { useEffect } from 'react'
import { useChat, useChatEntry } from '../hooks/use-chat.ts'

/**
 * The presence of a user in the state; undefined while it is unknown, and without an id. It asks the server for
 * nothing: `useWatchPresence` does, and keeps it up to date.
 */
export const usePresence = (userId: string | undefined): Presence | undefined => useChatEntry('presences', userId)

/**
 * Keeps the presence of these users up to date in the state while the component is mounted, also after a reconnect; at
 * most 500 in the whole chat, of whom the first ones stay. Those with whom the user shares no conversation stay
 * unknown. Afterwards presences that nothing else watches are removed from the state, except the user's own. A new
 * array with the same ids in the same order changes nothing; an empty one watches none.
 */
export function useWatchPresence(userIds: readonly string[]): void {
  const chat = useChat()
  const joined = userIds.join(' ')
  useEffect(() => {
    if (joined === '') return
    return chat.presence.watch(joined.split(' '))
  }, [chat, joined])
}
