import { useLayoutEffect } from 'react'

/**
 * While `isEnabled`, calls `onText` at each key of a character (without Ctrl, Meta or Alt) while no element has the
 * focus. It does not prevent the default, so that the character goes into the field that `onText` focuses. Pass a
 * stable `onText`.
 */
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
