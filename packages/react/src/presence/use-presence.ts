import type { Presence } from '@parley/protocol'
import { useEffect } from 'react'
import { useChat, useChatEntry } from '../hooks/use-chat.ts'

/** Somebody's presence, as far as it is known; `useWatchPresence` keeps it up to date. */
export const usePresence = (userId: string | undefined): Presence | undefined => useChatEntry('presences', userId)

/** Keeps the presence of these users up to date while the component is mounted. */
export function useWatchPresence(userIds: readonly string[]): void {
  const chat = useChat()
  const joined = userIds.join(' ')
  useEffect(() => {
    if (joined === '') return
    return chat.presence.watch(joined.split(' '))
  }, [chat, joined])
}
