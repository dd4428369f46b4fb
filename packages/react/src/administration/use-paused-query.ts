import { useEffect, useState } from 'react'

const pauseMs = 200

/** The typed text of a search, and `query`: the same, trimmed, after the typing paused for 200 ms. */
export function usePausedQuery() {
  const [typed, setTyped] = useState('')
  const [query, setQuery] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setQuery(typed.trim()), typed ? pauseMs : 0)
    return () => clearTimeout(timer)
  }, [typed])
  return { typed, setTyped, query }
}
