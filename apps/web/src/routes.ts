import { useCallback, useSyncExternalStore } from 'react'
import { basePath } from './place.ts'

// Below the app's own path, `/` is the list, `/c/:conversationId` an open conversation, and the same with `?about` its
// panel. All other addresses are the list, too.
const pattern = /^\/c\/([^/]+)\/?$/u
const about = '?about'

/** The address of a conversation: a path on this server, below that of the app. */
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
 * Calls `changed` after each change of the page's address, its hash included, that the browser or `useRoute` makes;
 * not after a `history.pushState` of other code. Returns the function that unsubscribes.
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

/** Has the browser been asked to go back, and not done it yet? A second press must not leave the conversation. */
let isGoingBack = false

function goBack(): void {
  if (isGoingBack) return
  isGoingBack = true
  const arrive = () => {
    isGoingBack = false
  }
  addEventListener('popstate', arrive, { once: true })
  history.back()
}

/** To close the panel, it goes back if the entry before is the conversation, so that Back does not lead to it twice. */
function changePanel(isOpen: boolean): void {
  if (isOpen) go(location.pathname + about, fromConversation)
  else if (history.state === fromConversation) goBack()
  else {
    history.replaceState(null, '', location.pathname)
    dispatchEvent(new PopStateEvent('popstate'))
  }
}

/**
 * The open conversation (null for none or another address) and whether its panel is open, from the page's address.
 * `open(id)` goes to a conversation with a closed panel, `open(null)` to the list, as a new entry of the history, or
 * does nothing if that is the address already. `changePanel(true)` adds an entry, too; `changePanel(false)` goes back
 * to the conversation if the panel was opened from it, else it replaces the entry.
 */
export function useRoute() {
  const shown = useSyncExternalStore(subscribeToAddress, address)
  const open = useCallback((conversationId: string | null) => {
    go(conversationId === null ? `${basePath}/` : hrefOf(conversationId))
  }, [])
  const [path = '', search = ''] = shown.split(/(?=\?)/u)
  return { conversationId: conversationIn(path), isPanelOpen: search === about, open, changePanel }
}
