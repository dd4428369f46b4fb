import { useCallback, useEffect, useRef, useState } from 'react'
import { useChat, useChatState } from '../../hooks/use-chat.ts'

/**
 * Loads the pages before (`older`) and after (`newer`) the loaded window, one at a time. Both do nothing while a page
 * is being loaded, and after a failure until the connection was lost and is back, or `retry` is called, which loads the
 * older page, also if the newer one failed. They never reject: `error` is that of the last load, null after a success.
 * It keeps `error` for another id: use the id as React key.
 */
export function useHistory(conversationId: string) {
  const chat = useChat()
  const [error, setError] = useState<unknown>(null)
  const isLoading = useRef(false)
  const hasFailed = useRef(false)
  const isOnline = useChatState((state) => state.status === 'online')

  // After a failure, scrolling must not ask again and again.
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
