import type { User } from '@parley/protocol'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useChat } from '../hooks/use-chat.ts'

interface Found {
  users: readonly User[]
  /** Where the next page begins; null after the last. */
  after: number | null
}

/**
 * Who reacted to a message with one emoji, page by page. With another `count` they are asked for anew, while those who
 * were found stay.
 */
export function useReactors(messageId: string, emoji: string, count: number) {
  const chat = useChat()
  const [found, setFound] = useState<Found | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isLoading, setIsLoading] = useState(false)
  const asked = useRef<AbortController>(undefined)
  const load = useCallback(
    async (before: Found | null) => {
      asked.current?.abort()
      const abort = new AbortController()
      asked.current = abort
      const { signal } = abort
      setIsLoading(true)
      setError(null)
      try {
        const after = before?.after ?? undefined
        const page = await chat.reactions.list(messageId, emoji, { after, signal })
        if (signal.aborted) return
        const known = new Map(page.users.map((user) => [user.id, user]))
        const users = page.reactions.flatMap(({ userId }) => known.get(userId) ?? [])
        const last = page.reactions.at(-1)
        setFound({ users: [...(before?.users ?? []), ...users], after: page.hasMore && last ? last.rev : null })
      } catch (failure) {
        if (!signal.aborted) setError(failure)
      } finally {
        if (!signal.aborted) setIsLoading(false)
      }
    },
    [chat, messageId, emoji],
  )
  // Another count means other people.
  useEffect(() => {
    void load(null)
    return () => asked.current?.abort()
  }, [load, count])
  const more = () => void load(found)
  return { users: found?.users ?? null, hasMore: (found?.after ?? null) !== null, isLoading, error, more }
}
