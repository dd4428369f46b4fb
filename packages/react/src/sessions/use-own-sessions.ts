import type { Session } from '@parley/protocol'
import { useCallback, useEffect, useState } from 'react'
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
  const { run: load, error: loadError } = useAction(
    useCallback(
      async (signal: AbortSignal) => {
        const list = await chat.sessions.list({ signal })
        if (!signal.aborted) setSessions(list)
      },
      [chat],
    ),
  )
  const revoke = useAction(async (sessionId: string) => {
    await chat.sessions.revoke(sessionId)
    setSessions((list) => list?.filter(({ id }) => id !== sessionId) ?? null)
  })
  useEffect(() => {
    const abort = new AbortController()
    void load(abort.signal)
    return () => abort.abort()
  }, [load])
  return { sessions, revoke, error: revoke.error ?? loadError }
}
