import { useSyncExternalStore } from 'react'

const signals = ['focus', 'blur', 'pageshow'] as const

function subscribe(changed: () => void): () => void {
  for (const signal of signals) addEventListener(signal, changed)
  document.addEventListener('visibilitychange', changed)
  return () => {
    for (const signal of signals) removeEventListener(signal, changed)
    document.removeEventListener('visibilitychange', changed)
  }
}

const isAttended = () => document.visibilityState === 'visible' && document.hasFocus()

/** Does somebody look at this page: is it visible, and does it have the focus? */
export const usePageAttention = (): boolean => useSyncExternalStore(subscribe, isAttended, () => false)
