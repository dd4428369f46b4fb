import { useSyncExternalStore } from 'react'
import { subscribeToAddress } from './routes.ts'

/**
 * The hash of the page's address, with its `#`; '' if it has none. Renders again when it changes. Browsers do not send
 * the hash to servers.
 */
export const useHash = (): string => useSyncExternalStore(subscribeToAddress, () => location.hash)

/** Empties the hash of the address without a new entry of the history; a `#` stays at its end. */
export function dropHash(): void {
  location.replace('#')
}
