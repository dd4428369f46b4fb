import { useEffect, useState } from 'react'
import { startOfDay } from './start-of-day.ts'

const midnightAfter = (day: number): number => {
  const date = new Date(day)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime()
}

/** The start of the present day; changes at midnight, so that "Today" does not become a lie overnight. */
export function useToday(): number {
  const [today, setToday] = useState(() => startOfDay(Date.now()))
  useEffect(() => {
    const timer = setTimeout(() => setToday(startOfDay(Date.now())), midnightAfter(today) - Date.now() + 50)
    return () => clearTimeout(timer)
  }, [today])
  return today
}
