import type { Presence } from '@parley/protocol'
import { useEffect } from 'react'
import { useChat, useChatState } from '../hooks/use-chat.ts'

/** The presence of a user; undefined while unknown. `useWatchPresence` loads it and keeps it up to date. */
export const usePresence = (userId: string | undefined): Presence | undefined =>
  useChatState((state) => (userId === undefined ? undefined : state.presences[userId]))

/** Keeps the presence of these users up to date while the component is mounted. */
export function useWatchPresence(userIds: readonly string[]): void {
  const chat = useChat()
  const joined = userIds.join(' ')
  useEffect(() => {
    if (joined === '') return
    return chat.presence.watch(joined.split(' '))
  }, [chat, joined])
}
