import { useEffect, useState } from 'react'

const pauseMs = 200

/**
 * The text of a search: `typed`, which `setTyped` changes, and `query`, the same, trimmed, 200 ms after the last
 * change, or at once if it is empty. Both are '' at first.
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
