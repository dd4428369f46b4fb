import { useCallback, useEffect, useRef, useState } from 'react'
import { useChat, useChatState } from '../../hooks/use-chat.ts'

/** Brings the pages before and after the window, one at a time. */
export function useHistory(conversationId: string) {
  const chat = useChat()
  const [error, setError] = useState<unknown>(null)
  const isLoading = useRef(false)
  const hasFailed = useRef(false)
  const isOnline = useChatState((state) => state.status === 'online')

  // A failure stops the loading by scrolling, until the connection is back or somebody asks for it.
  useEffect(() => {
    if (isOnline) hasFailed.current = false
  }, [isOnline])

  const load = useCallback(async (page: () => Promise<void>) => {
    if (isLoading.current || hasFailed.current) return
    isLoading.current = true
    try {
      await page()
      setError(null)
    } catch (problem) {
      hasFailed.current = true
      setError(problem)
    } finally {
      isLoading.current = false
    }
  }, [])
  const older = useCallback(() => load(() => chat.messages.loadOlder(conversationId)), [chat, conversationId, load])
  const newer = useCallback(() => load(() => chat.messages.loadNewer(conversationId)), [chat, conversationId, load])
  const retry = useCallback(() => {
    hasFailed.current = false
    return older()
  }, [older])
  return { older, newer, retry, error }
}
