import { useCallback, useSyncExternalStore } from 'react'
import { basePath } from './place.ts'

// Below the app's own path, `/` is the list, `/c/:conversationId` an open conversation, and the same with `?about` its
// panel. All other addresses are the list, too.
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

/**
 * Calls `changed` after each change of the page's address, its hash included. Returns the function that unsubscribes.
 */
export function subscribeToAddress(changed: () => void): () => void {
  addEventListener('popstate', changed)
  return () => removeEventListener('popstate', changed)
}

const address = () => location.pathname + location.search

/** Goes to an address as a new entry of the history. Does nothing if it is the present one. */
function go(target: string, state: unknown = null): void {
  if (target === address()) return
  history.pushState(state, '', target)
  dispatchEvent(new PopStateEvent('popstate'))
}

/** The state of the history entry of a panel that was opened from its conversation, which is the entry before. */
const fromConversation = 'from its conversation'

/** To close the panel, it goes back if the entry before is the conversation, so that Back does not lead to it twice. */
function changePanel(isOpen: boolean): void {
  if (isOpen) go(location.pathname + about, fromConversation)
  else if (history.state === fromConversation) history.back()
  else {
    history.replaceState(null, '', location.pathname)
    dispatchEvent(new PopStateEvent('popstate'))
  }
}

/** The open conversation and whether its panel is open, from the page's address; `open` and `changePanel` change it. */
export function useRoute() {
  const shown = useSyncExternalStore(subscribeToAddress, address)
  const open = useCallback((conversationId: string | null) => {
    go(conversationId === null ? `${basePath}/` : hrefOf(conversationId))
  }, [])
  const [path = '', search = ''] = shown.split(/(?=\?)/u)
  return { conversationId: conversationIn(path), isPanelOpen: search === about, open, changePanel }
}
