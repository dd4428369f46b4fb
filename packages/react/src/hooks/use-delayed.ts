import { useEffect, useState } from 'react'

/**
 * True after `condition` has been true for `delayMs` without interruption; false as soon as it is false. A new
 * `delayMs` begins the delay again.
 */
export function useDelayed(condition: boolean, delayMs: number): boolean {
  const [isOver, setIsOver] = useState(false)
  useEffect(() => {
    if (!condition) return
    const timer = setTimeout(() => setIsOver(true), delayMs)
    return () => {
      clearTimeout(timer)
      setIsOver(false)
    }
  }, [condition, delayMs])
  return condition && isOver
}
