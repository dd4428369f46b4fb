import { ChatError } from '@parley/client'
import { useCallback, useEffect, useState } from 'react'
import { useAction } from './use-action.ts'
import { useConnection } from './use-connection.ts'

export interface Lookup<T> {
  query: string
  setQuery: (query: string) => void
  /** Null until the first answer. */
  found: T | null
  /** What was asked for `found`. */
  foundFor: string | null
  error: unknown
}

const pause = 200
const nothing = { found: null, foundFor: null, error: null }

const offline = new ChatError('disconnected', 'There is no connection.')

/**
 * Asks for what is typed when the typing pauses; an overtaken answer is dropped. Without a connection it says so, and asks once
 * there is one. `ask` keeps its identity.
 */
export function useLookup<T>(ask: (query: string, signal: AbortSignal) => Promise<T>): Lookup<T> {
  const [query, setQuery] = useState('')
  const [answer, setAnswer] = useState<Pick<Lookup<T>, 'found' | 'foundFor' | 'error'>>(nothing)
  const { status, isInterrupted } = useConnection()
  const isOnline = status === 'online'
  useEffect(() => {
    if (!isOnline) return
    const abort = new AbortController()
    const run = async () => {
      const foundFor = query.trim()
      try {
        const found = await ask(foundFor, abort.signal)
        if (!abort.signal.aborted) setAnswer({ found, foundFor, error: null })
      } catch (error) {
        if (!abort.signal.aborted) setAnswer({ ...nothing, error })
      }
    }
    const timer = setTimeout(run, query ? pause : 0)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [ask, query, isOnline])
  return { query, setQuery, ...answer, error: isInterrupted ? offline : answer.error }
}

/** Some of what was found; `next` brings more of it, and is left out by the last page. */
export interface FoundPage<T> {
  items: readonly T[]
  next?: string | undefined
}

export interface PagedLookup<T> extends Lookup<readonly T[]> {
  hasMore: boolean
  /** Is the next page on its way? */
  isLoading: boolean
  /** Asks for the next page, and adds it to what was found. */
  more: () => void
}

/** Like `useLookup`, for what is found page by page. `ask` keeps its identity. */
export function usePagedLookup<T>(
  ask: (query: string, after: string | undefined, signal?: AbortSignal) => Promise<FoundPage<T>>,
): PagedLookup<T> {
  const { found: first, ...lookup } = useLookup(
    useCallback((query: string, signal: AbortSignal) => ask(query, undefined, signal), [ask]),
  )
  const [later, setLater] = useState<{ first: FoundPage<T>; page: FoundPage<T> } | null>(null)
  // What was added to another answer is of no use to this one.
  const found = later !== null && later.first === first ? later.page : first
  const loading = useAction(async () => {
    if (!first || !found?.next) return
    const { items, next } = await ask(lookup.foundFor ?? '', found.next)
    setLater({ first, page: { items: [...found.items, ...items], next } })
  })
  return {
    ...lookup,
    found: found?.items ?? null,
    error: lookup.error ?? loading.error,
    hasMore: found?.next !== undefined,
    isLoading: loading.isRunning,
    more: () => void loading.run(),
  }
}
