import { useCallback, useSyncExternalStore } from 'react'
import { basePath } from './place.ts'

// Below the app's own path `/` is the list, `/c/:conversationId` an open conversation, and that with `?about` the panel about
// it. Anything else is the list, too.
const pattern = /^\/c\/([^/]+)\/?$/u
const about = '?about'

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

const address = () => location.pathname + location.search

/** Each place is an entry of the history. */
function go(target: string, state: unknown = null): void {
  if (target === address()) return
  history.pushState(state, '', target)
  dispatchEvent(new PopStateEvent('popstate'))
}

/** What the entry of a panel that was opened from its conversation keeps: the entry before it is the conversation. */
const fromConversation = 'from its conversation'

/** Closing the panel goes back where the conversation is the entry before, so that Back does not lead to it twice. */
function changePanel(isOpen: boolean): void {
  if (isOpen) go(location.pathname + about, fromConversation)
  else if (history.state === fromConversation) history.back()
  else {
    history.replaceState(null, '', location.pathname)
    dispatchEvent(new PopStateEvent('popstate'))
  }
}

/** Which conversation the address names, whether the panel about it is open, and how to go elsewhere. */
export function useRoute() {
  const shown = useSyncExternalStore(subscribeToAddress, address)
  const open = useCallback((conversationId: string | null) => {
    go(conversationId === null ? `${basePath}/` : hrefOf(conversationId))
  }, [])
  const [path = '', search = ''] = shown.split(/(?=\?)/u)
  return { conversationId: conversationIn(path), isPanelOpen: search === about, open, changePanel }
}
