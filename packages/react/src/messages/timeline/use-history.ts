import { useCallback, useEffect, useRef, useState } from 'react'
import { useChat, useChatState } from '../../hooks/use-chat.ts'

/** The loading of the pages on one side of the loaded window. Its functions never reject. */
export interface HistorySide {
  /**
   * Loads the next page. Does nothing while one is being loaded, and after a failure until the connection was lost and
   * is back.
   */
  load: () => Promise<void>
  /** Loads it also after a failure. */
  retry: () => Promise<void>
  /** Why the last load failed; null after a success. */
  error: unknown
}

/**
 * Loads the pages before (`older`) and after (`newer`) the loaded window, only when the `load` of that side is called.
 * `load` does nothing while its page is being loaded, and after a failure until the connection was lost and is back;
 * `retry` loads also after a failure. They never reject: `error` says why the last load of that side failed. It keeps
 * the errors for another id: use the id as React key.
 */
export function useHistory(conversationId: string): { older: HistorySide; newer: HistorySide } {
  const { messages } = useChat()
  const older = useHistorySide(useCallback(() => messages.loadOlder(conversationId), [messages, conversationId]))
  const newer = useHistorySide(useCallback(() => messages.loadNewer(conversationId), [messages, conversationId]))
  return { older, newer }
}

function useHistorySide(loadPage: () => Promise<void>): HistorySide {
  const [error, setError] = useState<unknown>(null)
  const isLoading = useRef(false)
  const hasFailed = useRef(false)
  const isOnline = useChatState((state) => state.status === 'online')

  // After a failure, scrolling must not ask again and again.
  useEffect(() => {
    if (isOnline) hasFailed.current = false
  }, [isOnline])

  const load = useCallback(async () => {
    if (isLoading.current || hasFailed.current) return
    isLoading.current = true
    try {
      await loadPage()
      setError(null)
    } catch (problem) {
      hasFailed.current = true
      setError(problem)
    } finally {
      isLoading.current = false
    }
  }, [loadPage])
  const retry = useCallback(() => {
    hasFailed.current = false
    return load()
  }, [load])
  return { load, retry, error }
}
