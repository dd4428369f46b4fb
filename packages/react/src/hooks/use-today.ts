import { useSyncExternalStore } from 'react'
import { startOfDay } from './start-of-day.ts'

/** Milliseconds between two looks at the clock: a timer that is set for midnight stands still while the machine sleeps. */
const betweenLooks = 60_000
const wakeSignals = ['focus', 'pageshow'] as const

let today = startOfDay(Date.now())
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function look(): void {
  const now = startOfDay(Date.now())
  if (now === today) return
  today = now
  for (const listener of [...listeners]) listener()
}

/** All that shows a day follows one clock. */
function subscribe(changed: () => void): () => void {
  if (listeners.size === 0) {
    timer = setInterval(look, betweenLooks)
    for (const signal of wakeSignals) addEventListener(signal, look)
    document.addEventListener('visibilitychange', look)
  }
  listeners.add(changed)
  // Nobody may have looked since another day.
  look()
  return () => {
    listeners.delete(changed)
    if (listeners.size > 0) return
    clearInterval(timer)
    for (const signal of wakeSignals) removeEventListener(signal, look)
    document.removeEventListener('visibilitychange', look)
  }
}

const shownDay = () => today

/** The start of the present day; changes at midnight, and after a night's sleep, so that "Today" does not become a lie. */
export const useToday = (): number => useSyncExternalStore(subscribe, shownDay, shownDay)
