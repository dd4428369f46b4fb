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

/**
 * Is the page visible, and does it have the focus? The component renders again when that changes. False on a server.
 */
export const usePageAttention = (): boolean => useSyncExternalStore(subscribe, isAttended, () => false)
