import { useEffect, useState } from 'react'

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

/** Asks for what is typed when the typing pauses; an overtaken answer is dropped. `ask` keeps its identity. */
export function useLookup<T>(ask: (query: string, signal: AbortSignal) => Promise<T>): Lookup<T> {
  const [query, setQuery] = useState('')
  const [answer, setAnswer] = useState<Pick<Lookup<T>, 'found' | 'foundFor' | 'error'>>(nothing)
  useEffect(() => {
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
  }, [ask, query])
  return { query, setQuery, ...answer }
}
