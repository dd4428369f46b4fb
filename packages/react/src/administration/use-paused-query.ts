import { useEffect, useState } from 'react'

const pauseMs = 200

/**
 * The typed text of a search, and `query`: the same, trimmed, 200 ms after the last change, or at once if it is empty.
 */
export function usePausedQuery() {
  const [typed, setTyped] = useState('')
  const [query, setQuery] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setQuery(typed.trim()), typed ? pauseMs : 0)
    return () => clearTimeout(timer)
  }, [typed])
  return { typed, setTyped, query }
}
