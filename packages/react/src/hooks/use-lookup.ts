import { ChatError } from '@parley/client'
import { useEffect, useState } from 'react'
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
