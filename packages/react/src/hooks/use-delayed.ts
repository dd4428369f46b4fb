import { useEffect, useState } from 'react'

/** True once `condition` has been true for `delayMs` without a break; false at once when it ends. */
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
