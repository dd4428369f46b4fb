import { useSyncExternalStore } from 'react'
import { subscribeToAddress } from './routes.ts'

/** The hash of the page's address, with its `#`; browsers do not send it to servers. */
export const useHash = (): string => useSyncExternalStore(subscribeToAddress, () => location.hash)

/** Removes the hash from the address without a new entry of the history. */
export function dropHash(): void {
  location.replace('#')
}
