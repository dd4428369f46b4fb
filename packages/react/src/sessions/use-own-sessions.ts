import type { Session } from '@parley/protocol'
import { useEffect, useState } from 'react'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'

/**
 * The user's open sessions, loaded once when mounted, not again after a failure or a reconnect; `sessions` is null
 * until then, and after a failure. `revoke` is a `useAction`: `revoke.run(id)` ends one, also the present one, and if
 * that succeeds, removes it from the list; it never rejects, and does nothing while an earlier one runs. `error` is
 * that of the last `revoke`, else that of the loading.
 */
export function useOwnSessions() {
  const chat = useChat()
  const [sessions, setSessions] = useState<Session[] | null>(null)
  const [loadError, setLoadError] = useState<unknown>(null)
  const revoke = useAction(async (sessionId: string) => {
    await chat.sessions.revoke(sessionId)
    setSessions((list) => list?.filter(({ id }) => id !== sessionId) ?? null)
  })
  // Not a `useAction`: in a `StrictMode` the second effect must load although the first one is still ending.
  useEffect(() => {
    const abort = new AbortController()
    const { signal } = abort
    chat.sessions.list({ signal }).then(
      (list) => !signal.aborted && setSessions(list),
      (error) => !signal.aborted && setLoadError(error),
    )
    return () => abort.abort()
  }, [chat])
  return { sessions, revoke, error: revoke.error ?? loadError }
}
