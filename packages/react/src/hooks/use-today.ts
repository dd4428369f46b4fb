import { useSyncExternalStore } from 'react'
import { startOfDay } from './start-of-day.ts'

/** Milliseconds between two checks of the date: a timer for midnight would be late after the machine slept. */
const checkInterval = 60_000
const wakeSignals = ['focus', 'pageshow'] as const

let today = startOfDay(Date.now())
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function checkDate(): void {
  const now = startOfDay(Date.now())
  if (now === today) return
  today = now
  for (const listener of [...listeners]) listener()
}

/** All components that show a day share one timer. */
function subscribe(changed: () => void): () => void {
  if (listeners.size === 0) {
    timer = setInterval(checkDate, checkInterval)
    for (const signal of wakeSignals) addEventListener(signal, checkDate)
    document.addEventListener('visibilitychange', checkDate)
  }
  listeners.add(changed)
  // Without listeners there were no checks: the date may have changed since.
  checkDate()
  return () => {
    listeners.delete(changed)
    if (listeners.size > 0) return
    clearInterval(timer)
    for (const signal of wakeSignals) removeEventListener(signal, checkDate)
    document.removeEventListener('visibilitychange', checkDate)
  }
}

const shownDay = () => today

/**
 * The first millisecond of the present day, in the time zone of the browser. The component renders again within a
 * minute of midnight, or when the page becomes active on another day.
 */
export const useToday = (): number => useSyncExternalStore(subscribe, shownDay, shownDay)
