import { useCallback, useEffect, useRef, useState } from 'react'

/** One page of a long list. `after` is the cursor of the next page; null on the last page. */
export interface Page<T, A> {
  items: readonly T[]
  after: A | null
}

/**
 * A long list that the server sends in pages. It loads the first page when it is mounted, and again, without the later
 * ones, for a new `version` or `ask`; the old `items` stay until that is there, also if it fails. `more` appends the
 * next page, and does nothing on the last page; if the first page of the present `version` and `ask` is missing, as
 * after a failure, it loads that. Each load, also by a second `more`, aborts the one before; so does unmounting.
 * `items` is null before the first page; `error` has the failure of the last load, null while it runs. Pass a stable
 * `ask`.
 */
export function usePages<T, A>(
  ask: (after: A | undefined, signal: AbortSignal) => Promise<Page<T, A>>,
  version: unknown,
) {
  const [found, setFound] = useState<(Page<T, A> & { ask: unknown; version: unknown }) | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isLoading, setIsLoading] = useState(false)
  const asked = useRef<AbortController>(undefined)
  const load = useCallback(
    async (before: Page<T, A> | null) => {
      asked.current?.abort()
      const abort = new AbortController()
      asked.current = abort
      const { signal } = abort
      setIsLoading(true)
      setError(null)
      try {
        const { items, after } = await ask(before?.after ?? undefined, signal)
        if (!signal.aborted) setFound({ items: [...(before?.items ?? []), ...items], after, ask, version })
      } catch (failure) {
        if (!signal.aborted) setError(failure)
      } finally {
        if (!signal.aborted) setIsLoading(false)
      }
    },
    [ask, version],
  )
  // A new version means that the list has changed.
  useEffect(() => {
    void load(null)
    return () => asked.current?.abort()
  }, [load])
  // After a failure the old items are those of an earlier question or version.
  const isPresent = found?.ask === ask && found.version === version
  const more = () => {
    if (!isPresent || found.after !== null) void load(isPresent ? found : null)
  }
  return { items: found?.items ?? null, hasMore: (found?.after ?? null) !== null, isLoading, error, more }
}
