import { useLayoutEffect } from 'react'

/** Calls `onText` when somebody types a character while no element has the focus. Pass a stable `onText`. */
export function useStrayTyping(isEnabled: boolean, onText: () => void): void {
  useLayoutEffect(() => {
    if (!isEnabled) return
    const typed = (event: KeyboardEvent) => {
      const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey
      if (isText && event.target === document.body) onText()
    }
    document.addEventListener('keydown', typed)
    return () => document.removeEventListener('keydown', typed)
  }, [isEnabled, onText])
}
