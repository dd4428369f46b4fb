import { ChatError } from '@parley/client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useConnection } from './use-connection.ts'

export interface Lookup<T> {
  query: string
  setQuery: (query: string) => void
  /** The last answer, also while the next one is loading; null before the first one and after an error. */
  found: T | null
  /** The trimmed query of `found`. */
  foundFor: string | null
  error: unknown
}

/** Milliseconds without typing after which it asks. */
const pause = 200
const nothing = { found: null, foundFor: null, error: null }

const offline = new ChatError('disconnected', 'There is no connection.')

/**
 * A search while the person types. While there is a connection, it calls `ask` with the trimmed query (first ''): when
 * it is mounted, when the connection is back, for a new `ask` (pass a stable one) and for a new query, each time after
 * 200 ms, or at once for ''. All these, a lost connection and unmounting abort the `signal` of the call before, whose
 * answer is ignored. `found` is the last answer, to the query `foundFor`; null before the first and after a failure,
 * which `error` has until the next answer. Without a connection `error` says so, after three seconds, or at once if it
 * is closed; `found` stays.
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

/** One page of an answer. `next` is the cursor of the next page; undefined on the last page. */
export interface FoundPage<T> {
  items: readonly T[]
  next?: string | undefined
}

export interface PagedLookup<T> extends Lookup<readonly T[]> {
  hasMore: boolean
  /** Is the next page being loaded? */
  isLoading: boolean
  /** Loads the next page and appends it to `found`. Does nothing without a next page or while one is loading. */
  more: () => void
}

/** The pages of an answer that follow its first one, with the state of their loading. */
interface Later<T> {
  first: FoundPage<T> | null
  /** The first page and all that were appended to it. */
  page: FoundPage<T> | null
  isLoading: boolean
  error: unknown
}

const begun = <T>(first: FoundPage<T> | null): Later<T> => ({ first, page: first, isLoading: false, error: null })

/**
 * Like `useLookup`, for answers in pages: `found` has the items of the first page, and those of each page that `more`
 * loaded. `more` does nothing without a next page (`hasMore`) or while one is loading (`isLoading`). If it fails,
 * `error` says so until the next `more`, and `found` stays. A new answer begins with its first page again, without that
 * error, and ignores a page that was asked for before. `ask` gets the cursor of the page in `after`: undefined for the
 * first page, the only one for which it gets a `signal`. Pass a stable `ask`.
 */
export function usePagedLookup<T>(
  ask: (query: string, after: string | undefined, signal?: AbortSignal) => Promise<FoundPage<T>>,
): PagedLookup<T> {
  const { found: first, ...lookup } = useLookup(
    useCallback((query: string, signal: AbortSignal) => ask(query, undefined, signal), [ask]),
  )
  const [later, setLater] = useState<Later<T> | null>(null)
  /** The answer whose next page is being loaded. */
  const loading = useRef<FoundPage<T> | null>(null)
  // Pages and failures that belong to an earlier answer are ignored.
  const { page: found, isLoading, error } = later !== null && later.first === first ? later : begun(first)
  const more = async () => {
    if (!first || !found?.next || loading.current === first) return
    loading.current = first
    setLater({ first, page: found, isLoading: true, error: null })
    const end = (to: Partial<Later<T>>) =>
      setLater((now) => (now?.first === first ? { ...now, isLoading: false, ...to } : now))
    try {
      const { items, next } = await ask(lookup.foundFor ?? '', found.next)
      end({ page: { items: [...found.items, ...items], next } })
    } catch (failure) {
      end({ error: failure })
    } finally {
      if (loading.current === first) loading.current = null
    }
  }
  return {
    ...lookup,
    found: found?.items ?? null,
    error: lookup.error ?? error,
    hasMore: found?.next !== undefined,
    isLoading,
    more: () => void more(),
  }
}
