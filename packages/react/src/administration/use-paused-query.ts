import { useEffect, useState } from 'react'

const pauseMs = 200

/** What is typed into a search, and what to search for once the typing pauses. */
export function usePausedQuery() {
  const [typed, setTyped] = useState('')
  const [query, setQuery] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setQuery(typed.trim()), typed ? pauseMs : 0)
    return () => clearTimeout(timer)
  }, [typed])
  return { typed, setTyped, query }
}
