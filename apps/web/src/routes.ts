import { useCallback, useSyncExternalStore } from 'react'
import { basePath } from './place.ts'

// Below the app's own path `/` is the list, `/c/:conversationId` an open conversation. Anything else is the list, too.
const pattern = /^\/c\/([^/]+)\/?$/u

/** The address of a conversation. */
export const hrefOf = (conversationId: string): string => `${basePath}/c/${encodeURIComponent(conversationId)}`

function conversationIn(path: string): string | null {
  const part = pattern.exec(path.slice(basePath.length))?.[1]
  try {
    return part === undefined ? null : decodeURIComponent(part)
  } catch {
    return null
  }
}

/** Calls when the address of the page changes, for the part behind its `#` too. */
export function subscribeToAddress(changed: () => void): () => void {
  addEventListener('popstate', changed)
  return () => removeEventListener('popstate', changed)
}

/** Which conversation the address names, and how to go to another: each one an entry of the history. */
export function useRoute() {
  const path = useSyncExternalStore(subscribeToAddress, () => location.pathname)
  const open = useCallback((conversationId: string | null) => {
    const target = conversationId === null ? `${basePath}/` : hrefOf(conversationId)
    if (target === location.pathname) return
    history.pushState(null, '', target)
    dispatchEvent(new PopStateEvent('popstate'))
  }, [])
  return { conversationId: conversationIn(path), open }
}
